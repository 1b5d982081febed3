/** Which client certificate a server gets that asks for one: nginx in front of a controller (decisions.md 17). */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type ClientOptions, loadIdentity, newClient } from "../../controllerconn/mod.ts";
import { CLIENT_AUTH, makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { clientOptions, identityOf, ROOT, SERVER } from "../../controllerconn/testdata/device.ts";
import { startNginx } from "./nginx.ts";

const DEVICES = makeCertificate({ name: "maker of devices", ca: true });
const KNOWN = makeCertificate({ name: "device 1", issuer: DEVICES, extendedKeyUsage: [CLIENT_AUTH] });
/** As a device makes it: self-signed, nobody's CA knows it. */
const SELF_SIGNED = makeCertificate({ name: "EVE", extendedKeyUsage: [CLIENT_AUTH] });
const SELF_SIGNED_ONBOARD = makeCertificate({ name: "onboard", extendedKeyUsage: [CLIENT_AUTH] });
const bytes = (text: string) => new TextEncoder().encode(text);
const known = loadIdentity(bytes(KNOWN.pem), bytes(KNOWN.keyPem));
const { tlsKeyPem: _inTpm, ...inTpm } = known;
const asks = (how: string) => ({
  certificate: SERVER,
  clientCa: DEVICES.pem,
  lines: [`ssl_verify_client ${how};`],
});

async function send(port: number, options: Partial<ClientOptions>, action = "id/x/config") {
  const client = newClient(
    clientOptions({ sendTimeoutMs: () => 20_000, dialTimeoutMs: () => 10_000, ...options }),
  );
  try {
    const url = `localhost:${port}/api/v2/edgedevice/${action}`;
    const result = await client.sendOnAllIntf(url, bytes("body"), { signal: new AbortController().signal });
    return { ...result, told: new TextDecoder().decode(result.contents) };
  } finally {
    client.close();
  }
}

Deno.test("ssl_verify_client on: the certificate of a key file is shown, for register that of the onboarding pair", async () => {
  await using nginx = await startNginx(asks("on"));
  const { told, error } = await send(nginx.port, { device: known });
  assertEquals([error, told], [undefined, "CN=device 1"]);
  const onboarding = await send(nginx.port, { onboard: known }, "register");
  assertEquals([onboarding.error, onboarding.told], [undefined, "CN=device 1"]);
  assertEquals(
    (await nginx.log(2)).map(({ status, verify, subject }) => [status, verify, subject]),
    [[200, "SUCCESS", "CN=device 1"], [200, "SUCCESS", "CN=device 1"]],
  );
});

Deno.test("ssl_verify_client on: a key in a TPM shows none, and the refusal says what is wanted", async () => {
  await using nginx = await startNginx(asks("on"));
  const { error, httpStatus, status } = await send(nginx.port, { device: inTpm });
  assertEquals([error?.kind, error?.layer, httpStatus, status], ["client-cert", "tls", 400, 0]);
  assertStringIncludes(
    error?.message ?? "",
    "the server wants a client certificate and got none (a key in a TPM is never shown in TLS): https://localhost:",
  );
  assertEquals((await nginx.log(1)).map(({ status, verify }) => [status, verify]), [[400, "NONE"]]);
});

Deno.test("ssl_verify_client on: a certificate that the server does not know is told from none", async () => {
  await using nginx = await startNginx(asks("on"));
  const { error, httpStatus } = await send(nginx.port, { device: identityOf(SELF_SIGNED) });
  assertEquals([error?.kind, httpStatus], ["client-cert", 400]);
  assertStringIncludes(
    error?.message ?? "",
    "the server does not let our client certificate in: https://localhost:",
  );
  assertStringIncludes((await nginx.log(1))[0]?.verify ?? "", "FAILED");
});

Deno.test("[device-api#38] who asks gets the device certificate, by key file; a key in a TPM and a server that does not ask work too", async () => {
  {
    await using nginx = await startNginx(asks("optional_no_ca"));
    const shown = await send(nginx.port, { device: identityOf(SELF_SIGNED) });
    assertEquals([shown.error, shown.told], [undefined, "CN=EVE"]);
    const onboarding = await send(
      nginx.port,
      { device: inTpm, onboard: identityOf(SELF_SIGNED_ONBOARD) },
      "register",
    );
    assertEquals([onboarding.error, onboarding.told], [undefined, "CN=onboard"]);
    const none = await send(nginx.port, { device: inTpm });
    assertEquals([none.error, none.told], [undefined, ""]);
    assertEquals((await nginx.log(3)).map(({ subject }) => subject), ["CN=EVE", "CN=onboard", "-"]);
  }
  await using nginx = await startNginx({ certificate: SERVER });
  for (const device of [known, inTpm]) {
    const { error, told } = await send(nginx.port, { device });
    assertEquals([error, told], [undefined, ""]);
  }
  assertEquals((await nginx.log(2)).map(({ verify, subject }) => [verify, subject]), [["NONE", "-"], [
    "NONE",
    "-",
  ]]);
});

Deno.test("a server that is not trusted sees no client certificate", async () => {
  await using nginx = await startNginx(asks("optional_no_ca"));
  const rootCertificatePem = makeCertificate({ name: "another root", ca: true }).pem;
  const { error } = await send(nginx.port, { device: known, rootCertificatePem });
  assertEquals(error?.kind, "cert-unknown-authority");
  assertEquals((await send(nginx.port, { device: known, rootCertificatePem: ROOT.pem })).error, undefined);
  assertEquals((await nginx.log(1)).length, 1, "only the second one came through");
});
