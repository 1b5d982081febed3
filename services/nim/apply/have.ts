/** What Linux has, as far as nim changes it. */
import type { Link } from "../machine.ts";
import type { Rule } from "./port_rules.ts";
import type { OwnRecord } from "./step.ts";

/** One route, as `ip -N` prints it: kinds, scopes and protocols are the kernel's numbers. */
export interface Route {
  readonly family: 4 | 6;
  readonly table: number;
  /** `default`, an address or a subnet. */
  readonly destination: string;
  readonly device: string;
  readonly gateway: string;
  readonly protocol: string;
  readonly scope: string;
  readonly source: string;
  readonly metric: number;
  readonly onLink: boolean;
}

/** A DHCP client that runs, or is being started or stopped. */
export interface Client {
  readonly state: "running" | "busy";
}

/** Files and processes of the management resolver; `undefined` for a file that is not there. */
export interface Resolver {
  readonly config: string | undefined;
  readonly servers: string | undefined;
  readonly resolvConf: string | undefined;
  /** Of dnsmasq; absent if it does not run. */
  readonly pid?: number;
}

/** See the module. */
export interface Have {
  readonly links: readonly Link[];
  /** Families whose rules can't be read are absent, and left alone. */
  readonly families: readonly (4 | 6)[];
  readonly rules: readonly Rule[];
  readonly routes: readonly Route[];
  /** Static ARP entries. */
  readonly neighbours: readonly { readonly device: string; readonly address: string; readonly mac: string }[];
  /** Interface name → its DHCP client. */
  readonly clients: ReadonlyMap<string, Client>;
  readonly resolver: Resolver;
  /** Of Wi-Fi; `none` on a machine without `rfkill` or without a radio. */
  readonly radio: "blocked" | "unblocked" | "none";
  readonly record: OwnRecord;
}
