/** Texts of the kernel's bonding driver. */
import { assertEquals } from "@std/assert";
import { goBondStatus } from "../../topics/mod.ts";
import { bondStatus } from "./bond_status.ts";
import { firstPort, inputs, linkOf, portConfig } from "./testdata/inputs.ts";

const activeBackup = `Ethernet Channel Bonding Driver: v6.18.0

Bonding Mode: fault-tolerance (active-backup)
Primary Slave: None
Currently Active Slave: eth1
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 200
Down Delay (ms): 300
Peer Notification Delay (ms): 0
ARP Polling Interval (ms): 50
ARP Missed Max: 2
ARP IP target/s (n.n.n.n form): 10.0.0.1, 10.0.0.2
NS IPv6 target/s (XX::XX form):

Slave Interface: eth0
MII Status: down
Speed: Unknown
Permanent HW addr: 52:54:00:12:34:56
Slave queue ID: 0

Slave Interface: eth1
MII Status: up
`;

const dynamic = `Bonding Mode: IEEE 802.3ad Dynamic link aggregation
Transmit Hash Policy: layer2 (0)
MII Status: up
MII Polling Interval (ms): 0
Up Delay (ms): 0
Down Delay (ms): 0

802.3ad info
LACP active: on
LACP rate: fast
Active Aggregator Info:
	Aggregator ID: 3
	Number of ports: 1
	Actor Key: 15
	Partner Key: 7
	Partner Mac Address: 02:00:00:00:00:01

Slave Interface: eth0
MII Status: up
Aggregator ID: 3
Actor Churn State: none
Partner Churn State: churned
details actor lacp pdu:
    port key: 15
`;

const labelOf = (ifName: string) => `label-${ifName}`;

Deno.test("a bond with a stand-by member: who is active, both monitors, members by label", () => {
  assertEquals(
    bondStatus(activeBackup, labelOf),
    goBondStatus.make({
      Mode: 2,
      ActiveMember: "label-eth1",
      MIIMonitor: { Enabled: true, PollingInterval: 100, UpDelay: 200, DownDelay: 300 },
      ARPMonitor: { Enabled: true, PollingInterval: 50, IPTargets: ["10.0.0.1", "10.0.0.2"], MissedMax: 2 },
      Members: [
        { Logicallabel: "label-eth0", MIIUp: false, LACP: null },
        { Logicallabel: "label-eth1", MIIUp: true, LACP: null },
      ],
    }),
  );
});

Deno.test("a bond with LACP: aggregator, keys, partner and churn states", () => {
  const { Mode, LACP, MIIMonitor, Members } = bondStatus(dynamic, labelOf);
  assertEquals([Mode, MIIMonitor.Enabled], [5, false]);
  const PartnerMAC = Uint8Array.of(2, 0, 0, 0, 0, 1);
  const keys = { ActorKey: 15, PartnerKey: 7 };
  assertEquals(LACP, { Enabled: true, LACPRate: 2, ActiveAggregatorID: 3, PartnerMAC, ...keys });
  assertEquals(Members?.[0]?.LACP, { AggregatorID: 3, ActorChurnState: 1, PartnerChurnState: 3 });
});

Deno.test("each mode has its number; a text that is none has none, and no member active", () => {
  const mode = (name: string) => bondStatus(`Bonding Mode: ${name}\nCurrently Active Slave: None\n`, labelOf);
  assertEquals(
    [
      "load balancing (round-robin)",
      "fault-tolerance (active-backup) (fail_over_mac active)",
      "load balancing (xor)",
      "fault-tolerance (broadcast)",
      "IEEE 802.3ad Dynamic link aggregation",
      "transmit load balancing",
      "adaptive load balancing",
      "something new",
    ].map((name) => mode(name).Mode),
    [1, 2, 3, 4, 5, 6, 7, 0],
  );
  assertEquals(mode("load balancing (xor)").ActiveMember, "");
  assertEquals(bondStatus("", labelOf), goBondStatus.make({ Members: [] }));
});

Deno.test("the status of a port has its bond", () => {
  const bonds = new Map([["bond0", bondStatus(activeBackup, labelOf)]]);
  const port = firstPort(inputs([portConfig("bond0", { L2Type: 2 })], [linkOf("bond0")], { bonds }));
  assertEquals(port.BondStatus.ActiveMember, "label-eth1");
});
