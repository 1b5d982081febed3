/** What `dhcpcd -U` tells of a lease (`spec/nim.md §13.3`). Pure. */

/** One family; addresses as text. */
export interface Lease4 {
  readonly subnet?: { readonly network: string; readonly prefix: number };
  /** Addresses or host names. */
  readonly ntpServers: readonly string[];
}

/** See {@linkcode Lease4}. */
export interface Lease6 {
  readonly subnets: readonly { readonly network: string; readonly prefix: number }[];
  readonly ntpServers: readonly string[];
}

/** What an exit means: a lease, none, or something that is wrong. */
export function leaseOutcome(code: number, stderr: string): "lease" | "none" | "failed" {
  if (code === 0) return "lease";
  return /dhcpcd is not running|dhcp_dump: No such file or directory/.test(stderr) ? "none" : "failed";
}

/** `dhcpcd -U -4 IF`. A network without its length, or the other way round, is no subnet. */
export function parseLease4(output: string): Lease4 {
  const values = valuesOf(output);
  const network = values.get("network_number") ?? "";
  const prefix = prefixOf(values.get("subnet_cidr"), 32);
  return {
    ...(network === "" || prefix === undefined ? {} : { subnet: { network, prefix } }),
    ntpServers: words(values.get("ntp_servers")),
  };
}

/** `dhcpcd -U -6 IF`: the prefixes of router advertisements, and the servers of DHCPv6. */
export function parseLease6(output: string): Lease6 {
  const values = valuesOf(output);
  const subnets = [...values].flatMap(([name, network]) => {
    const [, stem] = /^(nd\d+_prefix_information\d+)_prefix$/.exec(name) ?? [];
    const prefix = stem === undefined ? undefined : prefixOf(values.get(`${stem}_length`), 128);
    return prefix === undefined || network === "" ? [] : [{ network, prefix }];
  });
  return { subnets, ntpServers: words(values.get("dhcp6_ntp_server_addr")) };
}

function valuesOf(output: string): ReadonlyMap<string, string> {
  const found = output.split("\n").flatMap((line): [string, string][] => {
    const [, name = "", value = ""] = /^\s*([a-z0-9_]+)=(.*)$/.exec(line) ?? [];
    return name === "" ? [] : [[name, value.trim().replace(/^(['"])(.*)\1$/, "$2")]];
  });
  return new Map(found);
}

function prefixOf(text: string | undefined, most: number): number | undefined {
  if (text === undefined || !/^\d{1,3}$/.test(text)) return undefined;
  const prefix = Number(text);
  return prefix <= most ? prefix : undefined;
}

function words(text = ""): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
