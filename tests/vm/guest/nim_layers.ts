/**
 * nim's bonds and VLANs on a kernel that has them: runs inside the virtual machine (`tests/vm/bonds_and_vlans.ts`). One site
 * for many configurations, since starting one takes long where the processor is emulated.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DevicePortConfig } from "../../../services/topics/mod.ts";
import { say } from "../../bench/stdio.ts";
import { dhcpPort, portConfig } from "../../netns/nim/lab_config.ts";
import { measured } from "../../netns/nim/measured.ts";
import { isConnected, NimLab } from "../../netns/nim/nim_lab.ts";
import { bondModes, bondOf, losesAndRegainsMember, membersUp, oneBond } from "./bonds.ts";
import { bondPort, lowerPort, vlanPort } from "./layers.ts";
import { linkOf, reaches } from "./linux.ts";
import { layTrunk, layVlan } from "./trunk.ts";

/** A request over an emulated processor takes longer than the lab's three seconds. */
const options = { uplinks: [{ dhcp: "none" }], items: { "timer.port.timeout": 120 } } as const;
const lower = { IsMgmt: false, IsL3Port: false, Dhcp: 0, Type: 0 } as const;

/** VLAN `id` on the port `eth0`, or on a bond. */
const vlanOn: Readonly<Record<"port" | "bond", (id: number) => DevicePortConfig>> = {
  port: (id) => portConfig(lowerPort("eth0"), vlanPort("shopfloor", "eth0", id)),
  bond: (id) =>
    portConfig(
      lowerPort("eth0"),
      lowerPort("eth1"),
      bondPort("agg", bondModes.activeBackup, lower),
      vlanPort("shopfloor", "agg", id),
    ),
};

/** Connected by the VLAN's own network. */
function connectedIn(site: NimLab, id: number): Promise<number> {
  return site.until(`connected in VLAN ${id}`, (status) =>
    isConnected(status, ["shopfloor"]) &&
    (status.Ports?.find(({ IfName }) => IfName === "shopfloor")?.AddrInfoList ?? [])
      .some(({ Addr }) => Addr.startsWith(`10.77.${id}.`)));
}

/** nim dies and a new one takes over what is there. */
async function survivesKill(
  site: NimLab,
  ifName: string,
  args: readonly string[],
  what: string,
): Promise<void> {
  const before = await linkOf(site, ifName);
  await site.kill();
  const killed = Date.now();
  site.start(...args);
  const again = await site.until(
    "connected again",
    (status) => site.statusWritten > killed && isConnected(status, [ifName]),
  );
  measured({ scale: site.scale, scenario: `${what}, nim killed and started`, connected: again });
  assertEquals(await linkOf(site, ifName), before, "learned, not made again");
}

/** Back to DHCP on `eth0`: what was made for the layers is gone. */
async function givesUp(site: NimLab, what: string): Promise<void> {
  site.configure(portConfig(dhcpPort("eth0")));
  const connected = await site.untilConnected("eth0");
  measured({ scale: site.scale, scenario: `${what}, given up for a plain port`, connected });
  for (const gone of ["shopfloor", "kshopfloor", "agg", "kagg"]) {
    assertEquals(await linkOf(site, gone), undefined, gone);
  }
}

/** Tells at once why it fails: the rest takes long. */
async function step(t: Deno.TestContext, name: string, perform: () => Promise<void>): Promise<void> {
  await t.step(name, async () => {
    try {
      await perform();
    } catch (error) {
      say(`vm: ${name} fails: ${error instanceof Error ? error.message : error}`);
      throw error;
    }
  });
}

for (const adapters of ["plain", "bridge"] as const) {
  Deno.test(`vm: bonds and VLANs, ${adapters} adapters`, async (t) => {
    await using site = await NimLab.open(options);
    const { scale } = site;
    const args = ["--adapters", adapters];
    const peer = await layTrunk(site);
    await site.startDhcp(0);
    for (const id of [100, 200]) await layVlan(site, id);

    const bond = `bond, active-backup, ${adapters}`;
    await t.step(
      `${bond}: DHCP, a member unplugged and back, nim killed, another mode, given up`,
      async () => {
        site.configure(oneBond(bondModes.activeBackup));
        site.start(...args);
        measured({ scale, scenario: `${bond}, DHCP`, connected: await site.untilConnected("agg") });
        await losesAndRegainsMember(site, peer, bond);
        await survivesKill(site, "agg", args, bond);
        site.configure(oneBond(bondModes.tlb));
        const changed = await site.until(
          "connected as balance-tlb",
          (status) =>
            bondOf(status)?.Mode === bondModes.tlb && isConnected(status, ["agg"]) &&
            status.CurrentIndex === 0,
        );
        measured({ scale, scenario: `${bond}, becomes balance-tlb`, connected: changed });
        await givesUp(site, bond);
      },
    );

    for (const [name, config] of Object.entries(vlanOn)) {
      const what = `VLAN on a ${name}, ${adapters}`;
      await step(t, `${what}: DHCP, another id, nim killed, a wrong id, given up`, async () => {
        site.configure(config(100));
        measured({ scale, scenario: `${what}, DHCP`, connected: await connectedIn(site, 100) });
        await reaches(site);
        site.configure(config(200));
        measured({ scale, scenario: `${what}, another id`, connected: await connectedIn(site, 200) });
        assertEquals(site.status?.CurrentIndex, 0);
        await survivesKill(site, "shopfloor", args, what);
        site.configure(config(300));
        const tried = await site.until("VLAN 300 is tried", ({ Testing }) => Testing, 60_000);
        const back = await site.until(
          "VLAN 200 again",
          (status) => isConnected(status, ["shopfloor"]) && status.CurrentIndex === 1,
        );
        const scenario = `${what}, an id that nobody serves, back`;
        measured({ scale, scenario, detected: tried, connected: tried + back });
        assertStringIncludes(site.list?.PortConfigList?.[0]?.LastError ?? "", "shopfloor");
        await reaches(site);
        await givesUp(site, what);
      });
    }
  });
}

Deno.test("vm: 802.3ad with a partner; a member is unplugged", async () => {
  await using site = await NimLab.open(options);
  const { scale } = site;
  const peer = await layTrunk(site, "802.3ad");
  await site.startDhcp(0);
  site.configure(oneBond(bondModes.lacp));
  site.start();
  measured({ scale, scenario: "bond, 802.3ad, DHCP", connected: await site.untilConnected("agg") });
  const aggregated = await site.until("a partner in one aggregator", (status) => {
    const found = bondOf(status)?.LACP;
    const hasPartner = (found?.PartnerMAC ?? []).some((byte) => byte !== 0);
    return found?.Enabled === true && found.LACPRate === 2 && hasPartner && membersUp(status) === "eth0,eth1";
  });
  measured({ scale, scenario: "802.3ad, partner shown", detected: aggregated });
  await peer.ip("link set port0 down");
  const detected = await site.until("eth0 is down", (status) => membersUp(status) === "eth1");
  await reaches(site);
  measured({ scale, scenario: "802.3ad, a member unplugged", detected });
  await site.untilConnected("agg");
});
