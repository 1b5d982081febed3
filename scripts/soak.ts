// deno-lint-ignore-file no-console
/**
 * `./scripts/run soak`: the whole device, from compiled executables, against the dev controller, with faults at random. Ends
 * with 0 if nothing was lost, grew or was left behind, with 1 otherwise, with 2 for a malformed command line.
 */
import { resolve } from "node:path";
import { parseArgs } from "@std/cli/parse-args";
import { hostArch } from "./build/arch.ts";
import { build } from "./build.ts";
import { executables } from "./permissions.ts";
import type { Order } from "../tests/soak/inside.ts";
import { planOf, planText } from "../tests/soak/plan.ts";

const HELP = `usage: ./scripts/run soak [--minutes N] [--seed N] [--out DIR] [--form five|zedbox] [--plan]

  --minutes N  how long faults come; 60. Start and rest come on top, two minutes or so
  --seed N     of the plan; any by default, and printed
  --out DIR    takes report.md, report.json, report.svg; dist/soak by default
  --form F     five executables, or "zedbox all" in one process; five by default
  --plan       print the plan and do nothing

A device in network and mount namespaces of its own onboards, is configured again and again and delivers logs, while the
controller stops or misbehaves, the cable is pulled, the address changes, the clock jumps, programs are killed and the disk is full.
Needs unshare and nsenter (util-linux), ip (iproute2), libfaketime (faketime).`;

/** Everything in them ends with the first process in them, and that with whoever started it. */
const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** The first process of the namespace inherits what killed programs leave behind; a shell sees it off. */
const reaper = ["sh", "-c", '"$@" & wait $!', "sh"];

/** @returns undefined for a command line that can't be used */
function orderOf(given: readonly string[]): (Order & { readonly planOnly: boolean }) | "help" | undefined {
  const unknown: string[] = [];
  const args = parseArgs(given, {
    string: ["minutes", "seed", "out", "form"],
    boolean: ["plan", "help"],
    unknown: (word) => void unknown.push(word),
  });
  if (args["help"] === true) return "help";
  const minutes = Number(args["minutes"] ?? 60);
  const seed = Number(args["seed"] ?? crypto.getRandomValues(new Uint16Array(1))[0]);
  const form = args["form"] ?? "five";
  const out = resolve(String(args["out"] ?? "dist/soak"));
  if (unknown.length > 0 || !(minutes > 0) || !Number.isSafeInteger(seed)) return undefined;
  if (form !== "five" && form !== "zedbox") return undefined;
  return { minutes, seed, form, out, planOnly: args["plan"] === true };
}

async function main(given: readonly string[]): Promise<number> {
  const parsed = orderOf(given);
  if (parsed === undefined || parsed === "help") {
    (parsed === undefined ? console.error : console.log)(HELP);
    return parsed === undefined ? 2 : 0;
  }
  const { planOnly, ...order } = parsed;
  console.log(`soak: ${order.minutes} min, form ${order.form}, seed ${order.seed}`);
  console.log(planText(planOf(order.seed, order.minutes * 60_000, order.form)));
  if (planOnly) return 0;
  await build([hostArch], executables);
  const user = Deno.uid() === 0 ? [] : ["--user", "--map-root-user"];
  const inside = new URL("../tests/soak/inside.ts", import.meta.url).pathname;
  const options = ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", inside, JSON.stringify(order)];
  const child = new Deno.Command("unshare", {
    args: [...user, ...namespaces, ...reaper, Deno.execPath(), ...options],
  }).spawn();
  return (await child.status).code;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(`soak: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
