/** What is told of a port before anything is sent. */
import { assertEquals } from "@std/assert";
import { newClient } from "./client.ts";
import { newAgentMetrics } from "./metrics_counters.ts";
import { addresses, clientOptions, network, port } from "./testdata/device.ts";
import type { NetworkMonitor } from "./types.ts";

const signal = new AbortController().signal;

async function fault(
  link: () => Promise<"up" | "down" | "absent">,
  AddrInfoList: readonly { Addr: string }[] | null = null,
) {
  const asked: string[] = [];
  const networkMonitor: NetworkMonitor = {
    link: (ifName) => {
      asked.push(ifName);
      return link();
    },
  };
  const deviceNetworkStatus = () => network(port("eth0", { AddrInfoList }));
  const client = newClient(clientOptions({ deviceNetworkStatus, networkMonitor }));
  const { error } = await client.sendOnIntf("ctrl.invalid/x", "eth0", undefined, { signal });
  const [first, ...more] = error?.attempts ?? [];
  client.close();
  return [first?.kind, first?.layer, first?.text, more.length, asked.length];
}

Deno.test("without an address the link is looked at: absent, down, up, and when it can't be told", async () => {
  assertEquals(await fault(() => Promise.resolve("absent")), [
    "no-link",
    "port",
    "link not found for interface eth0",
    0,
    1,
  ]);
  assertEquals(await fault(() => Promise.resolve("down")), [
    "no-link",
    "port",
    "link not up for interface eth0",
    0,
    1,
  ]);
  const noAddress = "interface eth0: no suitable IP address available";
  assertEquals(await fault(() => Promise.resolve("up")), ["no-address", "port", noAddress, 0, 1]);
  assertEquals(await fault(() => Promise.resolve("up"), [{ Addr: "fe80::1" }]), [
    "no-address",
    "port",
    noAddress,
    0,
    1,
  ]);
  const text = "the link of interface eth0 can't be looked at: no netlink";
  assertEquals(await fault(() => Promise.reject(new Error("no netlink"))), ["no-link", "port", text, 0, 1]);
});

Deno.test("with an address nobody looks at the link", async () => {
  const [kind, , , , asked] = await fault(() => Promise.resolve("down"), [{ Addr: "127.0.0.1" }]);
  assertEquals([kind === "no-link", asked], [false, 0]);
});

Deno.test("[controllerconn#30] a dry run is the local checks alone: every fault of a port, no packet, no metric", async () => {
  const metrics = newAgentMetrics(() => 0);
  const ports = network(
    port("eth0"),
    port("eth1", { DNSServers: null }),
    port("eth2", addresses("169.254.0.1")),
    port("eth3", { DNSServers: null, Proxies: [{ type: 1, server: "127.0.0.1", port: 3128 }] }),
  );
  const client = newClient(clientOptions({ deviceNetworkStatus: () => ports, metrics }));
  const dry = async (ifName: string) => {
    const result = await client.sendOnIntf("ctrl.invalid/x", ifName, new Uint8Array(3), {
      signal,
      dryRun: true,
    });
    return [result.error?.kind, result.httpStatus, result.contents.length, result.status];
  };
  assertEquals(await dry("eth0"), [undefined, 0, 0, 0]);
  assertEquals(await dry("eth1"), ["no-dns", 0, 0, 0]);
  assertEquals(await dry("eth2"), ["no-address", 0, 0, 0]);
  assertEquals(await dry("eth3"), [undefined, 0, 0, 0]);
  assertEquals(await dry("eth9"), ["no-port", 0, 0, 0]);
  assertEquals(metrics.snapshot(), {});
  client.close();
});
