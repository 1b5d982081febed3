/** State of a bond from the text of `/proc/net/bonding/BOND` (`spec/nim.md §11.5`). Pure. */
import { goBondStatus, type NetworkPortStatus, parseIP } from "../../topics/mod.ts";
import { macBytes } from "../ports.ts";

type BondStatus = NetworkPortStatus["BondStatus"];
type Member = NonNullable<BondStatus["Members"]>[number];
type Values = ReadonlyMap<string, string>;

/** What the kernel calls a mode begins with this; `BondMode` is the place. */
const modes = [
  "load balancing (round-robin)",
  "fault-tolerance (active-backup)",
  "load balancing (xor)",
  "fault-tolerance (broadcast)",
  "IEEE 802.3ad",
  "transmit load balancing",
  "adaptive load balancing",
] as const;
const rates = ["slow", "fast"];
const churnStates = ["none", "monitoring", "churned"];

/** @param labelOf logical label of a member's interface name; members are published by label */
export function bondStatus(text: string, labelOf: (ifName: string) => string): BondStatus {
  const [head = "", ...memberTexts] = text.split(/^Slave Interface: /m);
  const values = valuesOf(head);
  const is8023ad = /^802\.3ad info/m.test(head);
  return goBondStatus.make({
    Mode: modes.findIndex((mode) => values.get("Bonding Mode")?.startsWith(mode)) + 1,
    ActiveMember: labelIfNamed(values.get("Currently Active Slave"), labelOf),
    MIIMonitor: {
      Enabled: number(values, "MII Polling Interval (ms)") > 0,
      PollingInterval: number(values, "MII Polling Interval (ms)"),
      UpDelay: number(values, "Up Delay (ms)"),
      DownDelay: number(values, "Down Delay (ms)"),
    },
    ARPMonitor: arpMonitor(values),
    ...(is8023ad ? { LACP: lacp(values) } : {}),
    Members: memberTexts.map((member) => memberOf(member, is8023ad, labelOf)),
  });
}

function labelIfNamed(ifName: string | undefined, labelOf: (ifName: string) => string): string {
  return ifName === undefined || ifName === "" || ifName === "None" ? "" : labelOf(ifName);
}

function arpMonitor(values: Values): BondStatus["ARPMonitor"] {
  const targets = (values.get("ARP IP target/s (n.n.n.n form)") ?? "").split(",")
    .map((target) => target.trim()).filter((target) => parseIP(target) !== undefined);
  return {
    Enabled: number(values, "ARP Polling Interval (ms)") > 0,
    PollingInterval: number(values, "ARP Polling Interval (ms)"),
    IPTargets: targets.length === 0 ? null : targets,
    MissedMax: number(values, "ARP Missed Max"),
  };
}

function lacp(values: Values): BondStatus["LACP"] {
  return {
    Enabled: true,
    LACPRate: rates.indexOf(values.get("LACP rate") ?? "") + 1,
    ActiveAggregatorID: number(values, "Aggregator ID"),
    PartnerMAC: macBytes(values.get("Partner Mac Address") ?? ""),
    ActorKey: number(values, "Actor Key"),
    PartnerKey: number(values, "Partner Key"),
  };
}

function memberOf(text: string, is8023ad: boolean, labelOf: (ifName: string) => string): Member {
  const end = text.indexOf("\n");
  const values = valuesOf(text.slice(end));
  return {
    Logicallabel: labelOf(text.slice(0, end).trim()),
    MIIUp: values.get("MII Status") === "up",
    LACP: !is8023ad ? null : {
      AggregatorID: number(values, "Aggregator ID"),
      ActorChurnState: churnStates.indexOf(values.get("Actor Churn State") ?? "") + 1,
      PartnerChurnState: churnStates.indexOf(values.get("Partner Churn State") ?? "") + 1,
    },
  };
}

/** The first of several lines with one name counts: those of details come later. */
function valuesOf(text: string): Values {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, name = "", value = ""] = /^\s*([^:]+): ?(.*)$/.exec(line) ?? [];
    if (name !== "" && !values.has(name)) values.set(name, value.trim());
  }
  return values;
}

function number(values: Values, name: string): number {
  const text = values.get(name) ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
