import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import {
  hasOnboardPair,
  isTpmInUse,
  loadDeviceIdentity,
  loadOnboardIdentity,
  readRootCertificate,
  readServer,
  readSoftSerial,
  readSystemRoots,
} from "./config_files.ts";
import { AgentError } from "./error.ts";
import { testDevice } from "./test_device.ts";

const pair = makeCertificate({ name: "EVE", ca: true });
const other = makeCertificate({ name: "other" });

function kindOf(work: () => unknown): [string, string] {
  const error = assertThrows(work, AgentError);
  return [error.kind, error.message];
}

Deno.test("the server file is trimmed and read anew; empty is no error, missing is", async () => {
  await using device = testDevice();
  const [kind, message] = kindOf(() => readServer(device.paths));
  assertEquals(kind, "missing-file");
  assertStringIncludes(message, "/config/server is missing: expected the controller's host[:port]");
  device.write("/config/server", " zedcloud.example:443\n");
  assertEquals(readServer(device.paths), "zedcloud.example:443");
  device.write("/config/server", "");
  assertEquals(readServer(device.paths), "");
  Deno.removeSync(device.paths.server);
  Deno.mkdirSync(device.paths.server);
  assertEquals(kindOf(() => readServer(device.paths))[0], "io");
});

Deno.test("a root certificate file that has none says what it has", async () => {
  await using device = testDevice();
  assertEquals(kindOf(() => readRootCertificate(device.paths))[0], "missing-file");
  const found = (content: string) => {
    device.write("/config/root-certificate.pem", content);
    const [kind, message] = kindOf(() => readRootCertificate(device.paths));
    assertEquals(kind, "bad-file");
    assertStringIncludes(message, "root-certificate.pem: expected at least one CERTIFICATE block in PEM");
    return message.split("found ")[1];
  };
  assertEquals(found("garbage"), "no PEM block in 7 characters");
  assertEquals(found(pair.keyPem), "blocks of type PRIVATE KEY");
  assertEquals(
    found(pair.pem.replace(/\n.{10}/, "\nAAAAAAAAAA")),
    "a CERTIFICATE block that is no certificate",
  );
  device.write("/config/root-certificate.pem", `text before\n${pair.pem}${other.pem}`);
  assertStringIncludes(readRootCertificate(device.paths), pair.pem);
});

Deno.test("the device identity is loaded from its two files", async () => {
  await using device = testDevice();
  assertEquals(kindOf(() => loadDeviceIdentity(device))[0], "missing-file");
  device.write("/config/device.cert.pem", pair.pem);
  device.write("/config/device.key.pem", pair.keyPem);
  Deno.chmodSync(device.paths.deviceKey, 0o600);
  assertEquals(new TextDecoder().decode(loadDeviceIdentity(device).certPem), pair.pem);
  assertEquals(device.logged, []);
});

Deno.test("a key file that others may read is warned of and used", async () => {
  await using device = testDevice();
  device.write("/config/device.cert.pem", pair.pem);
  device.write("/config/device.key.pem", pair.keyPem);
  Deno.chmodSync(device.paths.deviceKey, 0o644);
  loadDeviceIdentity(device);
  assertEquals(device.logged.length, 1);
  assertStringIncludes(device.logged[0] ?? "", "device.key.pem has mode 0644: expected 0600");
});

Deno.test("a certificate without its key means a TPM, whose password must be there", async () => {
  await using device = testDevice();
  assertEquals(isTpmInUse(device.paths), false);
  device.write("/config/device.cert.pem", pair.pem);
  assertEquals(isTpmInUse(device.paths), true);
  const [kind, message] = kindOf(() => loadDeviceIdentity(device));
  assertEquals(kind, "missing-file");
  assertStringIncludes(message, "device.key.pem is missing, so the key is in a TPM: expected");
  assertStringIncludes(message, "/config/tpm_credential, one of which is missing");
  device.write("/config/tpm_credential", "3f2b8c14-6f0e-4d6a-9b5e-0d3c1a7e9f21");
  const identity = loadDeviceIdentity(device);
  assertEquals([identity.certHash.length, identity.tlsKeyPem], [32, undefined]);
  device.write("/config/device.cert.pem", "garbage");
  const [badKind, badMessage] = kindOf(() => loadDeviceIdentity(device));
  assertEquals(badKind, "bad-file");
  assertStringIncludes(badMessage, "device.cert.pem: certificate file: expected a PEM block CERTIFICATE");
});

Deno.test("the onboarding pair: missing, mismatched and right", async () => {
  await using device = testDevice();
  device.write("/config/onboard.cert.pem", pair.pem);
  assertEquals(hasOnboardPair(device.paths), false);
  assertEquals(kindOf(() => loadOnboardIdentity(device))[0], "missing-file");
  device.write("/config/onboard.key.pem", other.keyPem);
  assertEquals(hasOnboardPair(device.paths), true);
  const [kind, message] = kindOf(() => loadOnboardIdentity(device));
  assertEquals(kind, "bad-file");
  assertStringIncludes(message, "onboard.key.pem: key file: the key does not belong");
  device.write("/config/onboard.key.pem", pair.keyPem);
  loadOnboardIdentity(device);
});

Deno.test("the soft serial is trimmed and may be absent", async () => {
  await using device = testDevice();
  assertEquals(readSoftSerial(device.paths), "");
  device.write("/config/soft_serial", "\t1234 \n");
  assertEquals(readSoftSerial(device.paths), "1234");
});

Deno.test("the first CA bundle there is counts; none is a warning", async () => {
  await using device = testDevice();
  const bundle = device.write("/bundle.pem", pair.pem);
  assertEquals(readSystemRoots(device, ["/nonexistent/ca.crt", bundle]), pair.pem);
  assertEquals(device.logged, []);
  assertEquals(readSystemRoots(device, ["/nonexistent/ca.crt"]), "");
  assertStringIncludes(device.logged[0] ?? "", "no CA bundle at /nonexistent/ca.crt");
});
