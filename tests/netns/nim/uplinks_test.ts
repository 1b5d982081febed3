/** Uplinks that fail in turn: the device stays on the controller. */
import { assertEquals } from "@std/assert";
import { dhcpPort, portConfig, staticPort } from "./lab_config.ts";
import { measured } from "./measured.ts";
import { NimLab } from "./nim_lab.ts";

const twoPorts = () => portConfig(dhcpPort("eth0"), dhcpPort("eth1", { Cost: 5 }));

Deno.test("nim lab: an uplink is unplugged and replugged; the dearer one takes over, and gives back", async () => {
  await using site = await NimLab.open({ uplinks: [{}, { cost: 5 }] });
  site.configure(twoPorts());
  site.start();
  measured({
    scale: site.scale,
    scenario: "first configuration, DHCP on two ports",
    connected: await site.untilConnected("eth0"),
  });

  await site.lab.uplink(0).router.namespace.ip("link set lan down");
  const gone = await site.until("eth0 is down", ({ Ports }) => Ports?.[0]?.Up === false, 20_000);
  const over = gone + await site.untilConnected("eth1");
  measured({ scale: site.scale, scenario: "uplink unplugged", detected: gone, connected: over });

  await site.lab.uplink(0).router.namespace.ip("link set lan up");
  const back = await site.until("eth0 is up", ({ Ports }) => Ports?.[0]?.Up === true, 20_000);
  const again = back + await site.untilConnected("eth0");
  measured({ scale: site.scale, scenario: "uplink replugged", detected: back, connected: again });
  assertEquals(site.status?.CurrentIndex, 0);
});

Deno.test("nim lab: gateways of two ports drop silently in turn", async () => {
  await using site = await NimLab.open({ uplinks: [{ dhcp: "none" }, { cost: 5, dhcp: "none" }], scale: 60 });
  site.configure(
    portConfig(
      staticPort("eth0", "10.77.0.7/24", "10.77.0.1"),
      staticPort("eth1", "10.77.1.7/24", "10.77.1.1", { Cost: 5 }),
    ),
  );
  site.start();
  await site.untilConnected("eth0");
  const fails = (index: number) =>
    site.until(`eth${index} fails`, ({ Ports }) => (Ports?.[index]?.LastError ?? "") !== "", 900_000);
  const { scale } = site;
  const [cheap, dear] = [site.lab.uplink(0).router, site.lab.uplink(1).router];

  await cheap.die();
  const first = await fails(0);
  const over = first + await site.untilConnected("eth1");
  measured({ scale, scenario: "gateway drops silently", detected: first, connected: over });

  await cheap.revive();
  measured({ scale, scenario: "gateway is back", connected: await site.untilConnected("eth0") });

  await cheap.die();
  await dear.die();
  await fails(1);
  await dear.revive();
  measured({
    scale,
    scenario: "both gateways dead, the dearer is back",
    connected: await site.untilConnected("eth1"),
  });
  assertEquals(site.status?.CurrentIndex, 0);
});
