/** Uplinks that fail in turn: the device stays on the controller. */
import { assertEquals, assertGreater } from "@std/assert";
import { dhcpPort, portConfig } from "./lab_config.ts";
import { measured } from "./measured.ts";
import { NimLab } from "./nim_lab.ts";

const twoPorts = () => portConfig(dhcpPort("eth0"), dhcpPort("eth1", { Cost: 5 }));

Deno.test("nim lab: an uplink is unplugged and replugged; the dearer one takes over, and gives back", async () => {
  await using site = await NimLab.open({ uplinks: [{}, { cost: 5 }] });
  site.configure(twoPorts());
  site.start();
  measured({
    scenario: "first configuration, DHCP on two ports",
    connected: await site.untilConnected("eth0"),
  });

  await site.lab.uplink(0).router.namespace.ip("link set lan down");
  const gone = await site.until("eth0 is down", ({ Ports }) => Ports?.[0]?.Up === false, 20_000);
  const over = gone + await site.untilConnected("eth1");
  measured({ scenario: "uplink unplugged", detected: gone, connected: over });

  await site.lab.uplink(0).router.namespace.ip("link set lan up");
  const back = await site.until("eth0 is up", ({ Ports }) => Ports?.[0]?.Up === true, 20_000);
  const again = back + await site.untilConnected("eth0");
  measured({ scenario: "uplink replugged", detected: back, connected: again });
  assertEquals(site.status?.CurrentIndex, 0);
});

Deno.test("nim lab: gateways of two ports drop silently in turn", async () => {
  await using site = await NimLab.open({ uplinks: [{}, { cost: 5 }] });
  site.configure(twoPorts());
  site.start();
  await site.untilConnected("eth0");
  const failed = (index: number) =>
    site.until(`eth${index} fails`, ({ Ports }) => (Ports?.[index]?.LastError ?? "") !== "", 900_000);

  await site.lab.uplink(0).router.die();
  const first = await failed(0);
  measured({
    scenario: "gateway drops silently",
    detected: first,
    connected: first + await site.untilConnected("eth1"),
  });
  await site.lab.uplink(0).router.revive();
  await site.untilConnected("eth0");
  await site.lab.uplink(1).router.die();
  assertEquals(await site.untilConnected("eth0") >= 0, true);
  await site.lab.uplink(0).router.die();
  const second = await failed(0);
  assertGreater(second, 0);
  await site.lab.uplink(1).router.revive();
  measured({ scenario: "the other one is back", connected: await site.untilConnected("eth1") });
});
