// deno-lint-ignore-file no-console
/**
 * Asks a controller for its certificates, then posts a signed request for the configuration and opens the answer.
 *
 *     deno run --allow-read=CONFIG --allow-net post.ts CONTROLLER UUID CONFIG SOURCE_ADDRESS
 *
 * CONFIG has `device.cert.pem`, `device.key.pem` and `root-certificate.pem`, as `/config` of a device has them.
 */
import { controllerconn, messages } from "../../mod.ts";

const [server = "", devUUID = "", config = "", Addr = ""] = Deno.args;
const file = (name: string) => Deno.readFileSync(`${config}/${name}`);
const port: controllerconn.NetworkPortStatus = {
  ...{ IfName: "eth0", Logicallabel: "eth0", IsMgmt: true, IsL3Port: true, InvalidConfig: false, Cost: 0 },
  ...{ AddrInfoList: [{ Addr }], DNSServers: null, LastFailed: "", LastSucceeded: "", Exceptions: "" },
  ...{ Proxies: null, Pacfile: "", NetworkProxyEnable: false, "pubsub-large-ProxyCertPEM": null },
};
let stored: Uint8Array | undefined;
const client = controllerconn.newClient({
  deviceNetworkStatus: () => ({ Version: 1, Ports: [port] }),
  device: controllerconn.loadIdentity(file("device.cert.pem"), file("device.key.pem")),
  rootCertificatePem: new TextDecoder().decode(file("root-certificate.pem")),
  systemRootsPem: "",
  controllerCerts: { load: () => stored, save: (content) => void (stored = content) },
  devUUID: () => devUUID,
  sendTimeoutMs: () => 60_000,
  dialTimeoutMs: () => 10_000,
});
async function send(uuid: string, action: string, body?: Uint8Array): Promise<Uint8Array> {
  const { signal } = new AbortController();
  const url = controllerconn.urlPathString(server, uuid, action);
  const { error, contents } = await client.sendOnAllIntf(url, body, { signal });
  if (error !== undefined) throw error;
  return contents;
}
try {
  client.acceptControllerCerts(await send("", "certs"));
  const answer = await send(devUUID, "config", messages.ConfigRequest.encode({ configHash: "" }).finish());
  const { payload, error } = client.removeAndVerifyAuthContainer(answer);
  if (error !== undefined) throw error;
  console.log(`configuration ${messages.ConfigResponse.decode(payload).configHash}`);
} catch (error) {
  if (!(error instanceof controllerconn.ControllerConnError)) throw error;
  console.log(`${error.layer} ${error.kind}: ${error.message}`);
}
client.close();
