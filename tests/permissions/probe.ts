/**
 * Compiled by `permissions_test.ts` with the flags of one program: tries what it is told and prints what came of it, as
 * JSON, attempt → `ok` or the name of the error. Knows nothing of the program; told to, it first gives up what zedbox gives
 * up as the program named by the second argument.
 */
import { statfsSync } from "node:fs";
import { boxedPrograms } from "../../services/zedbox/choose.ts";
import { giveUpUnused } from "../../services/zedbox/give_up.ts";

type Attempt = readonly [kind: string, argument: string];

const attempts: readonly Attempt[] = JSON.parse(Deno.args[0] ?? "[]");
const boxed = boxedPrograms.find((program) => program === Deno.args[1]);
if (boxed !== undefined) giveUpUnused(boxed);
const results: Record<string, string> = {};
for (const [kind, argument] of attempts) {
  results[`${kind} ${argument}`] = await Promise.resolve().then(() => attempt(kind, argument)).then(
    () => "ok",
    (error) => error instanceof Error ? error.name : String(error),
  );
}
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(results)));

function attempt(kind: string, argument: string): unknown {
  switch (kind) {
    case "read":
      return Deno.readTextFileSync(argument);
    case "write":
      return Deno.writeTextFileSync(argument, "probe");
    case "read-dir":
      return [...Deno.readDirSync(argument)];
    case "stat":
      return Deno.statSync(argument);
    case "listen":
      return Deno.listen({ hostname: "127.0.0.1", port: Number(argument) }).close();
    case "link":
      return Deno.symlinkSync("/etc/passwd", argument);
    case "statfs":
      return statfsSync(argument);
    case "append":
      return Deno.openSync(argument, { append: true }).close();
    case "mkdir":
      return Deno.mkdirSync(argument);
    case "remove":
      return Deno.removeSync(argument);
    case "chmod":
      return Deno.chmodSync(argument, 0o600);
    case "rename":
      return Deno.renameSync(argument, `${argument}.moved`);
    case "run":
      return new Deno.Command(argument, { args: ["--version"], stdin: "null" }).outputSync();
    case "connect":
      return Deno.connect({ hostname: "127.0.0.1", port: Number(argument) }).then((it) => it.close());
    case "env":
      return Deno.env.get(argument);
    case "sys":
      return argument === "hostname" ? Deno.hostname() : Deno.networkInterfaces();
    case "ffi":
      return Deno.dlopen(argument, { getpid: { parameters: [], result: "i32" } }).close();
    default:
      throw new Error(`no attempt is called ${kind}`);
  }
}
