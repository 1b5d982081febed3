/** What both drains of `log_drain` stand on: a device root, a TLS server in another process, files to deliver. */
import crypto from "node:crypto";
import { makeDeviceRoot } from "../../scripts/controller/mod.ts";
import { gzipMember } from "../../scripts/controller/mod.ts";
import { makeControllerPki, serverChainPem } from "../../scripts/pki/mod.ts";
import { boolValue, defaultConfigItems, topics } from "../../services/topics/mod.ts";
import { loopback } from "../../services/zedagent/testdata/test_site.ts";
import { strictBus } from "./bus_value.ts";
import { type Child, startScript } from "../site/child.ts";

const DEVICE_UUID = "8d0e6f5c-2b1a-4c3d-8e9f-0a1b2c3d4e5f";
const FILE_BYTES = 50_000;
const DIFFERENT_FILES = 20;

/** See {@linkcode openDrainSite}. */
export interface DrainSite extends AsyncDisposable {
  readonly root: string;
  readonly server: Child;
  /** Where device logs are delivered to. */
  readonly url: string;
  /** For `children/bare_drain.ts`. */
  readonly identityFile: string;
  /** Puts `count` files into a folder below the root. @returns the folder */
  fill(folder: string, count: number): string;
}

/** A device that is onboarded, has a network, and may upload fast. */
export async function openDrainSite(parent: string): Promise<DrainSite> {
  const folder = Deno.makeTempDirSync({ dir: parent, prefix: "eve-comms-bench-" });
  const pki = await makeControllerPki({ hosts: ["127.0.0.1", "localhost"] });
  Deno.writeTextFileSync(`${folder}/server.pem`, serverChainPem(pki));
  Deno.writeTextFileSync(`${folder}/server-key.pem`, pki.server.keyPem, { mode: 0o600 });
  Deno.writeFileSync(`${folder}/answer.bin`, new Uint8Array());
  const server = startScript("tests/bench/children/tls_server.ts", folder);
  const address = `127.0.0.1:${await server.line()}`;
  const { root, device } = await makeDeviceRoot(`${folder}/device`, { controller: { server: address, pki } });
  if (device === undefined) throw new Error("the device root has no identity");
  const identity = {
    certHash: crypto.createHash("sha256").update(device.der).digest("hex"),
    keyPem: device.keyPem,
    rootPem: pki.root.certPem,
  };
  Deno.writeTextFileSync(`${folder}/identity.json`, JSON.stringify(identity), { mode: 0o600 });
  const ending = new AbortController();
  publishWhatLoguploaderReads(root, ending.signal);
  const contents = Array.from({ length: DIFFERENT_FILES }, logFile);
  return {
    root,
    server,
    url: `https://${address}/api/v2/edgedevice/id/${DEVICE_UUID}/newlogs`,
    identityFile: `${folder}/identity.json`,
    fill(name, count) {
      const path = `${root}${name}`;
      Deno.mkdirSync(path, { recursive: true });
      for (let n = 0; n < count; n++) {
        const content = contents[n % contents.length] ?? new Uint8Array();
        Deno.writeFileSync(`${path}/dev.log.${1_700_000_000_000 + n}.gz`, content);
      }
      return path;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await server.stop();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

function publishWhatLoguploaderReads(root: string, signal: AbortSignal): void {
  const bus = strictBus(root, signal);
  bus.publication(topics.zedclient.OnboardingStatus).publish("global", {
    DeviceUUID: DEVICE_UUID,
    HardwareModel: "",
  });
  bus.publication(topics.nim.DeviceNetworkStatus).publish("global", loopback());
  const items = defaultConfigItems();
  bus.publication(topics.zedagent.ConfigItemValueMap).publish("global", {
    ...items,
    GlobalSettings: {
      ...items.GlobalSettings,
      "newlog.allow.fastupload": boolValue("newlog.allow.fastupload", true),
    },
  });
}

/** A device log of about 50 kB, compressed. */
function logFile(): Uint8Array {
  const lines: string[] = [];
  for (let bytes = 0, msgid = 1; bytes < FILE_BYTES * 1.22; msgid++) {
    const content = crypto.randomBytes(150).toString("base64");
    const timestamp = { seconds: 1_700_000_000 + msgid };
    lines.push(JSON.stringify({ severity: "info", source: "bench", content, msgid, timestamp }) + "\n");
    bytes += content.length;
  }
  return gzipMember({
    comment: JSON.stringify({ devID: DEVICE_UUID, image: "IMGA", eveVersion: "0.0.0-bench" }),
    mtimeMs: 1_700_000_000_000,
    content: new TextEncoder().encode(lines.join("")),
  });
}
