/**
 * The words that nim's folders share. `observe` reads Linux, `verify` decides, `apply` acts, `connectivity` asks the
 * controller, `status` writes `DeviceNetworkStatus`; only the runner knows them all.
 */
import type {
  AssignableAdapters,
  DeviceNetworkStatus,
  DevicePortConfig,
  NetworkPortConfig,
  RadioSilence,
  WwanStatus,
} from "../topics/mod.ts";
import type { Link } from "./machine.ts";
import type { Lease4, Lease6 } from "./observe/dhcp_lease.ts";
import type { PortResolvConf } from "./observe/port_resolv_conf.ts";

/** What Linux says now. */
export interface Network {
  readonly links: readonly Link[];
  /** Interface name → what its DHCP client got; absent without one. */
  readonly leases: ReadonlyMap<string, { readonly v4?: Lease4; readonly v6?: Lease6 }>;
  /** Interface name → name servers and domains of its resolver files; absent if it has no file. */
  readonly resolv: ReadonlyMap<string, PortResolvConf>;
  /** The same, each file by itself: its family decides whose domain counts (`spec/nim.md §12.2, 13.2`). */
  readonly resolvFiles?: ReadonlyMap<string, readonly PortResolvConf[]>;
  /** Of `/etc/resolv.conf`: stands in for ports without files while nim only observes (`spec/nim.md §16`). */
  readonly hostResolv: PortResolvConf;
}

/** A local profile server's word on single ports (`spec/nim.md §9`). */
export interface EffectiveConfig {
  /** The current configuration with what was permitted of the overrides. */
  readonly dpc: DevicePortConfig;
  /** Logical labels of the ports that use an override. */
  readonly overridden: ReadonlySet<string>;
  /** Logical label → why an override is not used. */
  readonly errors: ReadonlyMap<string, string>;
}

/** Everything that `DeviceNetworkStatus` is made of (`spec/nim.md §12`). */
export interface StatusInputs {
  /** Absent while nothing is selected: the status is the zero value. */
  readonly config?: EffectiveConfig;
  readonly currentIndex: number;
  readonly testing: boolean;
  readonly network: Network;
  readonly adapters?: AssignableAdapters;
  readonly wwan?: WwanStatus;
  readonly radioSilence: RadioSilence;
  /** Geo data of addresses and found PAC files are carried over from it. */
  readonly previous: DeviceNetworkStatus;
  /** nim changes nothing on this machine. */
  readonly isObserving: boolean;
  /** Go time text. */
  readonly now: string;
}

/** Pure: equal inputs but for `now` give equal bytes (W14). */
export type AssembleStatus = (inputs: StatusInputs) => DeviceNetworkStatus;

/** What Linux is to be brought to. */
export interface Wanted {
  readonly ports: readonly NetworkPortConfig[];
  readonly adapters?: AssignableAdapters;
  /** `dhcp.enable.vendorclassid` */
  readonly sendVendorClass: boolean;
  readonly radioOff: boolean;
  /** Asks dnsmasq to forget what it knows when it differs from the last one (W6). */
  readonly resolverGeneration: number;
}

/** How far that came. */
export interface Applied {
  /** Something still runs in the background, a DHCP client that was started and has said nothing yet. */
  readonly inProgress: boolean;
  /** What could not be done; the next `apply` tries again. */
  readonly failing: readonly { readonly item: string; readonly error: string }[];
  /** Interface name → servers that the management resolver was given. */
  readonly resolverServers: ReadonlyMap<string, readonly string[]>;
  readonly resolverError?: string;
}

/** Brings Linux to what is wanted; one at work at a time, the newest wish wins. */
export interface Applier {
  /** Never throws: what fails is in the answer. */
  apply(wanted: Wanted, network: Network): Promise<Applied>;
  /** Gives up what runs in the background. */
  cancelBackground(): void;
}

/** What one port showed in a test; ports without one keep their results. */
export type PortOutcome =
  | { readonly kind: "success"; readonly warning: string }
  | { readonly kind: "failure"; readonly error: string };

/** What a connectivity test came to (`spec/nim.md §8`). */
export interface TestOutcome {
  /**
   * `remote-temporary`: the way is fine, the server is not. `not-ready`: no address, no name server, or they are too new
   * to be used.
   */
  readonly kind: "ok" | "remote-temporary" | "not-ready" | "failed";
  /** Empty with `ok`. */
  readonly text: string;
  /** Interface name → outcome. */
  readonly ports: ReadonlyMap<string, PortOutcome>;
  /** What an answer asked for (`Retry-After`), in milliseconds: the next periodic test does not come before. */
  readonly retryAfterMs?: number;
}
