/** A lab in which nothing happens any more. */
import { dhcpPort, portConfig } from "./lab_config.ts";
import { NimLab } from "./nim_lab.ts";

/** Renewals are not idleness: the lab's own leases last two minutes. */
const dhcp = { leaseSeconds: 86_400 };

/** Connected over two ports. */
export async function idleLab(scale: number): Promise<NimLab> {
  const site = await NimLab.open({ uplinks: [{ dhcp }, { cost: 5, dhcp }], scale });
  site.configure(portConfig(dhcpPort("eth0"), dhcpPort("eth1", { Cost: 5 })));
  site.start();
  await site.untilConnected("eth0");
  return site;
}
