/** What the network serves fails: DHCP, names, the controller. */
import { assertEquals } from "@std/assert";
import { DPCState } from "../../../services/topics/mod.ts";
import { dhcpPort, portConfig, staticPort } from "./lab_config.ts";
import { measured } from "./measured.ts";
import { NimLab } from "./nim_lab.ts";

Deno.test("nim lab: no DHCP server at first, then one; gone and back with another subnet", async () => {
  await using site = await NimLab.open({ uplinks: [{ dhcp: "none" }] });
  site.configure(portConfig(dhcpPort("eth0")));
  site.start();
  const waits = await site.until(
    "waits for an address",
    ({ State }) => State === DPCState.DPC_IPDNS_WAIT,
    60_000,
  );
  await site.startDhcp(0);
  measured({
    scale: site.scale,
    scenario: "DHCP server appears",
    detected: waits,
    connected: await site.untilConnected("eth0"),
  });

  await site.stopDhcp(0);
  const { router } = site.lab.uplink(0);
  await router.namespace.ip("addr add 10.77.50.1/24 dev lan", "link set lan down");
  await site.lab.internet.ip("route add 10.77.50.0/24 via 10.78.0.2 dev wan0");
  await site.until("the link is gone", ({ Ports }) => Ports?.[0]?.Up === false, 20_000);
  await site.startDhcp(0, { gateway: "10.77.50.1", nameservers: ["10.77.0.1"] });
  await router.namespace.ip("link set lan up");
  const moved = await site.until(
    "an address of the other subnet",
    ({ Ports }) => (Ports?.[0]?.AddrInfoList ?? []).some(({ Addr }) => Addr.startsWith("10.77.50.")),
  );
  measured({
    scale: site.scale,
    scenario: "DHCP server back with another subnet",
    detected: moved,
    connected: moved + await site.untilConnected("eth0"),
  });
});

const eth0 = staticPort("eth0", "10.77.0.7/24", "10.77.0.1");

Deno.test("nim lab: a controller that answers 500 changes nothing; recovery is noticed", async () => {
  await using site = await NimLab.open({ uplinks: [{ dhcp: "none" }, { cost: 5, dhcp: "none" }], scale: 60 });
  site.configure(portConfig(eth0));
  site.start();
  await site.untilConnected("eth0");
  site.configure(
    portConfig({ ...eth0, MTU: 1400 }, staticPort("eth1", "10.77.1.7/24", "10.77.1.1", { Cost: 5 })),
  );
  await site.controller.admin("/admin/faults", { endpoint: "ping", fault: { status: 500 } });
  const told = await site.until(
    "remote wait",
    ({ State, Testing }) => State === DPCState.DPC_REMOTE_WAIT && !Testing,
  );
  assertEquals(site.status?.CurrentIndex, 0);
  await site.controller.admin("/admin/faults", {}, "DELETE");
  measured({
    scale: site.scale,
    scenario: "controller answers 500, and recovers",
    detected: told,
    connected: await site.until("success", ({ State }) => State === DPCState.DPC_SUCCESS, 900_000),
  });
  assertEquals(site.status?.CurrentIndex, 0);
});

Deno.test("nim lab: the name server dies and comes back", async () => {
  await using site = await NimLab.open({ uplinks: [{ dhcp: "none" }], scale: 60 });
  site.configure(portConfig(eth0));
  site.start();
  await site.untilConnected("eth0");
  await site.lab.uplink(0).router.namespace.nft(
    'add rule inet lab from_device iifname "lan" udp dport 53 drop\nadd rule inet lab from_device iifname "lan" tcp dport 53 drop\n',
  );
  const told = await site.until(
    "eth0 fails",
    ({ Ports }) => (Ports?.[0]?.LastError ?? "") !== "",
    900_000,
  );
  await site.lab.uplink(0).router.revive();
  measured({
    scale: site.scale,
    scenario: "name server dead, back",
    detected: told,
    connected: await site.untilConnected("eth0"),
  });
});
