/** A program that sends once: its arguments are the URL and the port of the proxy, `0` for none. Prints nothing but the result. */
import { newClient } from "../client.ts";
import { clientOptions, network, port } from "./device.ts";
import { through } from "./behind_proxy.ts";

const [url = "", proxy = "0"] = Deno.args;
const status = network(port("eth0", proxy === "0" ? {} : through("127.0.0.1", Number(proxy))));
const client = newClient(clientOptions({ deviceNetworkStatus: () => status }));
const { error, httpStatus } = await client.sendOnAllIntf(url, undefined, {
  signal: new AbortController().signal,
});
client.close();
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify([error?.kind ?? null, httpStatus])));
