/** State of a bond: from the kernel's links; of its members only that they are up (`spec/nim.md §11.5`; decisions.md 1: `/proc/net/bonding` can't be read). Pure. */
import { goBondStatus, type NetworkPortStatus, parseIP } from "../../topics/mod.ts";
import { bondModeOf } from "../bond_modes.ts";
import type { Bond, Link } from "../machine.ts";
import { macBytes } from "../ports.ts";

type BondStatus = NetworkPortStatus["BondStatus"];

const rates = ["slow", "fast"];

/** What else is known of a bond. */
export interface BondMembers {
  /** The links whose master it is. */
  readonly links: readonly Link[];
  /** Logical label of an interface: members are published by label. */
  readonly labelOf: (ifName: string) => string;
}

/** The state as it is published. */
export function bondStatus(bond: Bond, { links, labelOf }: BondMembers): BondStatus {
  const targets = bond.arpTargets.filter((target) => parseIP(target) !== undefined);
  return goBondStatus.make({
    Mode: bondModeOf(bond.mode),
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
      LACP: null,
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
