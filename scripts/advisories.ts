/**
 * `./scripts/run advisories [--ignore ID]… [--api URL]`: which advisories are known of what the executables and the tools are
 * made of. Ends with 0 if there is none in the executables, 1 if there is one, 2 if nobody could be asked (docs/ci.md).
 */
import { parseArgs } from "@std/cli/parse-args";
import { join } from "node:path";
import { dependencies } from "./advisories/dependencies.ts";
import { type Advisory, knownAdvisories } from "./advisories/osv.ts";
import { checkout } from "./build/compile.ts";

const args = parseArgs(Deno.args, { string: ["api", "ignore"], collect: ["ignore"] });
const api = String(args["api"] ?? "https://api.osv.dev").replace(/\/+$/, "");
const ignored = new Set(Array.isArray(args["ignore"]) ? args["ignore"].map(String) : []);

function line({ id, severity, dependency, summary, fixed }: Advisory): string {
  const { name, version, linked } = dependency;
  const cure = fixed.length === 0 ? "no fixed version is known" : `fixed in ${fixed.join(", ")}`;
  return `${id}  ${severity || "(no severity)"}  ${name} ${version}, ${
    linked ? "in the executables" : "tools and tests only"
  }: ${summary}; ${cure}`;
}

try {
  const read = (name: string) => Deno.readTextFileSync(join(checkout, name));
  const locks = { compile: read("scripts/build/compile.lock"), tools: read("deno.lock") };
  const asked = dependencies(locks, Deno.version.deno);
  const found = await knownAdvisories(asked, { api, timeoutMs: 30_000 });
  const open = found.filter(({ id, aliases }) => ![id, ...aliases].some((name) => ignored.has(name)));
  for (const advisory of open) console.log(line(advisory));
  const linked = open.filter(({ dependency }) => dependency.linked).length;
  console.log(
    `${asked.length} packages asked of at ${api}: ${linked} advisories in the executables, ` +
      `${open.length - linked} in tools and tests, ${found.length - open.length} ignored`,
  );
  Deno.exit(linked > 0 ? 1 : 0);
} catch (error) {
  console.error(`advisories: ${error instanceof Error ? error.message : error}`);
  console.error(
    "advisories: nothing is known about the dependencies; try again with a network (HTTPS_PROXY is honoured), or name " +
      "another OSV server by --api URL",
  );
  Deno.exit(2);
}
