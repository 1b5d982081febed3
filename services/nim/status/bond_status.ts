/** State of a bond: from the kernel's links, details of LACP members from `/proc/net/bonding/BOND` (`spec/nim.md §11.5`). Pure. */
import { goBondStatus, type NetworkPortStatus, parseIP } from "../../topics/mod.ts";
import type { Link } from "../machine.ts";
import { macBytes } from "../ports.ts";

type BondStatus = NetworkPortStatus["BondStatus"];
type Member = NonNullable<BondStatus["Members"]>[number];

/** What the kernel says of a bond; what does not go with its mode is zero or empty. Times in milliseconds. */
export interface Bond {
  /** `active-backup`, `802.3ad`, … */
  readonly mode: string;
  /** Interface name. */
  readonly activeMember: string;
  readonly miiInterval: number;
  readonly upDelay: number;
  readonly downDelay: number;
  readonly arpInterval: number;
  readonly arpTargets: readonly string[];
  readonly missedMax: number;
  /** `slow` or `fast`. */
  readonly lacpRate: string;
  readonly aggregatorId: number;
  readonly partnerMac: string;
  readonly actorKey: number;
  readonly partnerKey: number;
}

/** `BondMode` is the place, from 1. */
const modes = [
  "balance-rr",
  "active-backup",
  "balance-xor",
  "broadcast",
  "802.3ad",
  "balance-tlb",
  "balance-alb",
];
const rates = ["slow", "fast"];
const churnStates = ["none", "monitoring", "churned"];

/** What else is known of a bond. */
export interface BondMembers {
  /** The links whose master it is. */
  readonly links: readonly Link[];
  /** Logical label of an interface: members are published by label. */
  readonly labelOf: (ifName: string) => string;
  /** Of `/proc/net/bonding/BOND`; without it nothing is said of each member's LACP. */
  readonly text?: string;
}

/** The state as it is published. */
export function bondStatus(bond: Bond, { links, labelOf, text = "" }: BondMembers): BondStatus {
  const targets = bond.arpTargets.filter((target) => parseIP(target) !== undefined);
  const details = memberDetails(text);
  return goBondStatus.make({
    Mode: modes.indexOf(bond.mode) + 1,
    ActiveMember: bond.activeMember === "" ? "" : labelOf(bond.activeMember),
    MIIMonitor: {
      Enabled: bond.miiInterval > 0,
      PollingInterval: bond.miiInterval,
      UpDelay: bond.upDelay,
      DownDelay: bond.downDelay,
    },
    ARPMonitor: {
      Enabled: bond.arpInterval > 0,
      PollingInterval: bond.arpInterval,
      IPTargets: targets.length === 0 ? null : targets,
      MissedMax: bond.missedMax,
    },
    ...(bond.mode === "802.3ad" ? { LACP: lacp(bond) } : {}),
    Members: links.map(({ name, up }) => ({
      Logicallabel: labelOf(name),
      MIIUp: up,
      LACP: details.get(name) ?? null,
    })),
  });
}

function lacp(bond: Bond): BondStatus["LACP"] {
  return {
    Enabled: true,
    LACPRate: rates.indexOf(bond.lacpRate) + 1,
    ActiveAggregatorID: bond.aggregatorId,
    PartnerMAC: macBytes(bond.partnerMac),
    ActorKey: bond.actorKey,
    PartnerKey: bond.partnerKey,
  };
}

/** Interface name → aggregator and churn states; the kernel writes them only for LACP. */
function memberDetails(text: string): ReadonlyMap<string, Member["LACP"]> {
  const [, ...members] = text.split(/^Slave Interface: /m);
  return new Map(members.flatMap((member): [string, Member["LACP"]][] => {
    const [name = ""] = member.split("\n", 1);
    const valueOf = (key: string) => new RegExp(`^\\s*${key}: (.*)$`, "m").exec(member)?.[1]?.trim() ?? "";
    const AggregatorID = Number(valueOf("Aggregator ID"));
    if (valueOf("Aggregator ID") === "" || !Number.isInteger(AggregatorID)) return [];
    return [[name.trim(), {
      AggregatorID,
      ActorChurnState: churnStates.indexOf(valueOf("Actor Churn State")) + 1,
      PartnerChurnState: churnStates.indexOf(valueOf("Partner Churn State")) + 1,
    }]];
  }));
}
