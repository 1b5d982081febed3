/** State of bonds. */
import { assertEquals } from "@std/assert";
import { goBondStatus } from "../../topics/mod.ts";
import type { Bond } from "../machine.ts";
import { bondStatus } from "./bond_status.ts";
import { firstPort, inputs, linkOf, portConfig } from "./testdata/inputs.ts";

const plain: Bond = {
  mode: "active-backup",
  activeMember: "eth1",
  miiInterval: 100,
  upDelay: 200,
  downDelay: 300,
  arpInterval: 50,
  arpTargets: ["10.0.0.1", "10.0.0.2"],
  missedMax: 2,
  lacpRate: "",
  aggregatorId: 0,
  partnerMac: "",
  actorKey: 0,
  partnerKey: 0,
};
const labelOf = (ifName: string) => `label-${ifName}`;
Deno.test("a bond with a stand-by member: who is active, both monitors, members by label", () => {
  const links = [{ ...linkOf("eth0"), up: false }, linkOf("eth1")];
  assertEquals(
    bondStatus(plain, { links, labelOf }),
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

Deno.test("a bond with LACP: aggregator, keys, partner; nothing of each member's", () => {
  const bond = { ...plain, mode: "802.3ad", miiInterval: 0, lacpRate: "fast", aggregatorId: 3 };
  const keys = { partnerMac: "02:00:00:00:00:01", actorKey: 15, partnerKey: 7 };
  const status = bondStatus({ ...bond, ...keys }, { links: [linkOf("eth0"), linkOf("eth1")], labelOf });
  assertEquals([status.Mode, status.MIIMonitor.Enabled], [5, false]);
  const PartnerMAC = Uint8Array.of(2, 0, 0, 0, 0, 1);
  const common = { Enabled: true, LACPRate: 2, ActiveAggregatorID: 3 };
  assertEquals(status.LACP, { ...common, PartnerMAC, ActorKey: 15, PartnerKey: 7 });
  assertEquals(status.Members?.map(({ LACP }) => LACP), [null, null]);
});

Deno.test("each mode has its number, an unknown one has none", () => {
  const numbers = ["balance-rr", "balance-xor", "broadcast", "balance-tlb", "balance-alb", "new"].map((
    mode,
  ) => bondStatus({ ...plain, mode }, { links: [], labelOf }).Mode);
  assertEquals(numbers, [1, 3, 4, 6, 7, 0]);
});

Deno.test("the status of a port has its bond, with the labels of the configuration", () => {
  const links = [{ ...linkOf("bond0"), bond: plain }, { ...linkOf("eth1"), master: "bond0" }];
  const ports = [portConfig("bond0", { L2Type: 2 }), portConfig("eth1", { Logicallabel: "right" })];
  const { BondStatus } = firstPort(inputs(ports, links));
  assertEquals([BondStatus.ActiveMember, BondStatus.Members?.map(({ Logicallabel }) => Logicallabel)], [
    "right",
    ["right"],
  ]);
});

Deno.test("a bond below the bridge that took its name is the bond of the port", () => {
  const links = [
    { ...linkOf("agg"), kind: "bridge" },
    { ...linkOf("kagg"), master: "agg", bond: plain },
    { ...linkOf("eth1"), master: "kagg" },
  ];
  const { BondStatus } = firstPort(inputs([portConfig("agg", { L2Type: 2 }), portConfig("eth1")], links));
  assertEquals([BondStatus.ActiveMember, BondStatus.Members?.map(({ Logicallabel }) => Logicallabel)], [
    "eth1",
    ["eth1"],
  ]);
});
