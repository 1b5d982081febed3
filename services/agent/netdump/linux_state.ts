/**
 * What goes into `linux/` of an archive (`spec/controllerconn.md §12.3`): what `ip` says, under the names that EVE gives to
 * the output of its own tools, and `missing.txt`, which says what is not there and why.
 */
import type { Commands } from "../commands.ts";
import type { TarEntry } from "./tar.ts";

const NOT_ALLOWED = "this program may run no command for it (scripts/permissions.ts)";

/** What EVE has and we can't have. */
const never: readonly (readonly [string, string])[] = [
  ["dhcp-lease-IF.txt", NOT_ALLOWED],
  ["iptables-TABLE.txt", NOT_ALLOWED],
  ["netstat.txt", NOT_ALLOWED],
  ["ps.txt", NOT_ALLOWED],
  ["../requests/NAME/IF.pcap", "packets are not captured: that takes a raw socket"],
  ["../eve/go-version.txt", "this program is not made with Go"],
];

/** Name in the archive → arguments of `ip`, run in turn. */
const calls: readonly (readonly [string, readonly (readonly string[])[]])[] = [
  ["ifconfig", [["address"]]],
  ["iplink", [["-details", "-statistics", "link"]]],
  ["arp", [["neighbour"]]],
  ["iprule", [["rule"], ["-6", "rule"]]],
];

/** Never rejects. Begins nothing more once the signal has aborted. */
export async function linuxState(commands: Commands, signal: AbortSignal): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  const missing = [...never];
  const told = async (name: string, argumentLists: readonly (readonly string[])[]) => {
    const texts: string[] = [];
    for (const args of argumentLists) {
      const { code, stdout, stderr } = signal.aborted
        ? { code: -1, stdout: "", stderr: "the program was ending" }
        : await commands.run("ip", args, signal);
      if (code === 0) texts.push(`# ip ${args.join(" ")}\n${stdout}`);
      else {missing.push([
          `${name}.txt`,
          `ip ${args.join(" ")}: ${stderr.trim().replaceAll("\n", "; ") || `ended with ${code}`}`,
        ]);}
    }
    const text = texts.join("");
    if (texts.length > 0) entries.push(entry(name, text));
    return text;
  };
  let rules = "";
  for (const [name, argumentLists] of calls) {
    const text = await told(name, argumentLists);
    if (name === "iprule") rules = text;
  }
  for (const table of routingTables(rules)) {
    const show = ["route", "show", "table", table];
    await told(`iproute-${table}`, [show, ["-6", ...show]]);
  }
  const lines = missing.map(([name, why]) => `${name}: ${why}\n`);
  return [...entries, entry("missing", lines.join(""))];
}

/** The tables that `ip rule` names; `main` where it says nothing. Pure. */
export function routingTables(rules: string): string[] {
  const named = [...rules.matchAll(/\blookup ([A-Za-z0-9_.-]+)/g)].map(([, table = ""]) => table);
  return named.length === 0 ? ["main"] : [...new Set(named)];
}

function entry(name: string, text: string): TarEntry {
  return { path: `linux/${name}.txt`, content: new TextEncoder().encode(text) };
}
