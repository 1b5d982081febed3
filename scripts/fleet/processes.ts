/** A fleet in several processes: options in, progress and a result out, a line of JSON each (`child.ts`). */
import { TextLineStream } from "./text_lines.ts";
import { Admin } from "./admin.ts";
import { type FleetOptions, type Progress, runFleet } from "./fleet.ts";
import { type FleetResult, mergeResults, parseResult } from "./result.ts";
import { shardText, within } from "./shard.ts";

/** What a child gets as its only argument. */
export type ChildOptions = Omit<FleetOptions, "admin" | "log"> & {
  readonly adminUrl?: string;
  readonly verbose: boolean;
};

/** What a child writes, a line each. */
export type ChildLine = { readonly progress: Progress } | { readonly result: FleetResult };

/** @param tell told by the number of a process @throws {Error} when a process ends without a result */
export async function runInProcesses(
  options: ChildOptions,
  processes: number,
  tell: (part: number, progress: Progress) => void,
  stop: AbortSignal,
): Promise<FleetResult> {
  const shards = within(options.shard, processes);
  if (processes === 1) return await runFleet(asFleetOptions(options), (progress) => tell(0, progress), stop);
  return mergeResults(
    await Promise.all(shards.map((shard, n) => {
      const folder = `${options.folder}/p${n}`;
      return runChild({ ...options, shard, folder }, (progress) => tell(n, progress), stop);
    })),
  );
}

/** The same for a process. */
export function asFleetOptions({ adminUrl, verbose, ...options }: ChildOptions): FleetOptions {
  return {
    ...options,
    ...(adminUrl === undefined ? {} : { admin: new Admin(adminUrl) }),
    log: verbose ? (line) => void Deno.stderr.writeSync(new TextEncoder().encode(line)) : () => {},
  };
}

async function runChild(
  options: ChildOptions,
  tell: (progress: Progress) => void,
  stop: AbortSignal,
): Promise<FleetResult> {
  const script = new URL("./child.ts", import.meta.url).pathname;
  const flags = ["run", "--quiet", "--no-check", "--allow-all", script, JSON.stringify(options)];
  const child = new Deno.Command(Deno.execPath(), { args: flags, stdin: "piped", stdout: "piped" }).spawn();
  // It ends early when its input does, which it also does when this process is gone.
  const onStop = () => void child.stdin.close().catch(() => {});
  stop.addEventListener("abort", onStop, { once: true });
  let result: FleetResult | undefined;
  for await (
    const line of child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
  ) {
    const said: ChildLine = JSON.parse(line);
    if ("progress" in said) tell(said.progress);
    else result = parseResult(`shard ${shardText(options.shard)}`, JSON.stringify(said.result));
  }
  const { code } = await child.status;
  stop.removeEventListener("abort", onStop);
  if (!stop.aborted) onStop();
  if (result === undefined) {
    throw new Error(`shard ${shardText(options.shard)}: its process ended with ${code}, without a result`);
  }
  return result;
}
