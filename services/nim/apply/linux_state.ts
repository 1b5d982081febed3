/** Reads what Linux has; changes nothing. Numbers instead of names (`ip -N`), since tables may be named by anybody. */
import type { Commands, Device } from "../../agent/mod.ts";
import { type Fields, listOf, number, text } from "../ip_json.ts";
import { type Link, readMachine } from "../machine.ts";
import { readResolvConf } from "../observe/resolv_files.ts";
import type { Have, Route } from "./have.ts";
import { ownRecordPath, readOwnRecord } from "./own_record.ts";
import type { Rule } from "./port_rules.ts";
import { isRunning } from "./processes.ts";

/** What is read beside the kernel's tables. */
export interface StateQuestions {
  /** Interface names whose DHCP client is asked for, with the word of its family (`--ipv4only`) or none. */
  readonly clients: ReadonlyMap<string, readonly string[]>;
  /** Interface names whose DHCP client is just started or stopped. */
  readonly busy: ReadonlySet<string>;
  /** Links that were read a moment ago. */
  readonly links?: readonly Link[];
}

/** @throws {Error} when links can't be read; a family without rules is left out, all else that can't be read is as not there */
export async function readHave(device: Device, { clients, busy, links }: StateQuestions): Promise<Have> {
  const { commands, paths, signal } = device;
  const list = async (...args: readonly string[]): Promise<readonly Fields[] | undefined> => {
    const { code, stdout } = await commands.run("ip", ["-N", "-json", ...args], signal);
    return code === 0 ? listOf(stdout) : undefined;
  };
  const [now, rules4, rules6, routes4, routes6, neighbours, found, radio] = await Promise.all([
    links ?? readMachine(commands, signal),
    list("-4", "rule"),
    list("-6", "rule"),
    list("-4", "route", "show", "table", "all"),
    list("-6", "route", "show", "table", "all"),
    list("-4", "neighbour", "show", "nud", "permanent"),
    Promise.all([...clients].map(([name, family]) => findClient(device, name, family, busy))),
    readRadio(commands, signal),
  ]);
  const run = `${paths.run}/nim/dnsmasq.mgmt`;
  const pid = processOf(`${run}.pid`, "dnsmasq");
  return {
    links: now,
    families: [...(rules4 === undefined ? [] : [4 as const]), ...(rules6 === undefined ? [] : [6 as const])],
    rules: [...rulesOf(4, rules4 ?? []), ...rulesOf(6, rules6 ?? [])],
    routes: [...routesOf(4, routes4 ?? []), ...routesOf(6, routes6 ?? [])],
    neighbours: (neighbours ?? []).map((entry) => ({
      device: text(entry["dev"]),
      address: text(entry["dst"]),
      mac: text(entry["lladdr"]),
    })),
    clients: new Map(found.flat()),
    resolver: {
      config: readResolvConf(`${run}.conf`),
      servers: readResolvConf(`${run}.servers`),
      resolvConf: readResolvConf(paths.resolvConf),
      ...(pid === undefined ? {} : { pid }),
    },
    radio,
    record: readOwnRecord(ownRecordPath(paths.run)),
  };
}

/** Is the process in the pid file that `dhcpcd -P` names alive? */
export async function clientRuns(
  device: Pick<Device, "commands" | "paths" | "signal">,
  name: string,
  family: readonly string[],
): Promise<boolean> {
  const { code, stdout } = await device.commands.run("dhcpcd", ["-P", ...family, name], device.signal);
  return code === 0 && processOf(`${device.paths.root}${stdout.trim()}`, "dhcpcd") !== undefined;
}

/** The rules of `ip -N -json rule`. */
export function rulesOf(family: 4 | 6, listed: readonly Fields[]): readonly Rule[] {
  return listed.map((rule) => {
    const src = text(rule["src"]);
    const length = rule["srclen"] ?? (family === 4 ? 32 : 128);
    return {
      family,
      priority: number(rule["priority"]),
      from: src === "all" ? src : `${src}/${length}`,
      table: Number(text(rule["table"])),
    };
  });
}

/** The unicast routes of `ip -N -json route show table all`. */
export function routesOf(family: 4 | 6, listed: readonly Fields[]): readonly Route[] {
  return listed
    .filter((route) =>
      (route["type"] ?? "1") === "1" && route["nexthops"] === undefined && route["via"] === undefined
    )
    .map((route) => ({
      family,
      table: Number(text(route["table"]) || "254"),
      destination: text(route["dst"]),
      device: text(route["dev"]),
      gateway: text(route["gateway"]),
      protocol: text(route["protocol"]),
      scope: text(route["scope"]),
      source: text(route["prefsrc"]),
      metric: number(route["metric"]),
      onLink: Array.isArray(route["flags"]) && route["flags"].includes("onlink"),
    }));
}

type FoundClient = readonly (readonly [string, { readonly state: "running" | "busy" }])[];

async function findClient(
  device: Device,
  name: string,
  family: readonly string[],
  busy: ReadonlySet<string>,
): Promise<FoundClient> {
  if (busy.has(name)) return [[name, { state: "busy" }]];
  return await clientRuns(device, name, family) ? [[name, { state: "running" }]] : [];
}

async function readRadio(commands: Commands, signal: AbortSignal): Promise<Have["radio"]> {
  const { code, stdout } = await commands.run("rfkill", ["list", "wlan"], signal);
  if (code !== 0 || stdout.trim() === "") return "none";
  return /Soft blocked: no/i.test(stdout) ? "unblocked" : "blocked";
}

/** The process of a pid file, if it lives. */
function processOf(path: string, program: string): number | undefined {
  const content = readResolvConf(path)?.trim() ?? "";
  return /^\d+$/.test(content) && isRunning(Number(content), program) ? Number(content) : undefined;
}
