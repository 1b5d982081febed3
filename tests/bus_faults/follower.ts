/** A follower in a process of its own (`children/follower.ts`), and what it has said. */
import { type Child, startChild } from "../site/child.ts";
import { until } from "../site/until.ts";

const script = new URL("children/follower.ts", import.meta.url).pathname;

/** Ends with its block. */
export interface Follower extends AsyncDisposable {
  readonly child: Child;
  readonly reports: string[];
  /** The last value of `<topic> <key>`; undefined when it is gone. */
  readonly values: ReadonlyMap<string, number>;
  /** Calls of handlers so far. */
  readonly calls: number;
  restarted(topic: string): number;
  /** Gives a command and waits for its answer. */
  order(command: string): Promise<void>;
  /** Waits until this is its value. */
  untilValue(topic: string, key: string, value: number): Promise<void>;
}

/** @param wrapped what the shell does before it becomes the follower, in a namespace of its own; none by default */
export async function startFollower(
  root: string,
  options: { topics?: number; rescanMs?: number; wrapped?: string } = {},
): Promise<Follower> {
  const run = ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", script];
  const args = [...run, root, String(options.topics ?? 1), String(options.rescanMs ?? 60_000)];
  const child = options.wrapped === undefined ? startChild(Deno.execPath(), args) : startChild("unshare", [
    "-Ur",
    "sh",
    "-c",
    `${options.wrapped}; exec "$0" "$@"`,
    Deno.execPath(),
    ...args,
  ]);
  const values = new Map<string, number>();
  const counts = new Map<string, number>();
  const reports: string[] = [];
  let calls = 0;
  let answers = 0;
  child.onLine = (line) => {
    if (line === "open") return;
    if (line === "done") return void answers++;
    const said: { report: string } | [string, string, string, number] = JSON.parse(line);
    if (!Array.isArray(said)) return void reports.push(said.report);
    calls++;
    const [what, topic, key, value] = said;
    if (what === "value") values.set(`${topic} ${key}`, value);
    else if (what === "gone") values.delete(`${topic} ${key}`);
    else counts.set(topic, Number(key));
  };
  await child.lineAt(0);
  const follower: Follower = {
    child,
    reports,
    values,
    get calls() {
      return calls;
    },
    restarted: (topic) => counts.get(topic) ?? 0,
    async order(command) {
      const wanted = answers + 1;
      await child.tell(command);
      await until(`the answer to ${command}`, () => answers === wanted);
    },
    untilValue: (topic, key, value) =>
      until(
        `${topic} ${key} = ${value}`,
        () => values.get(`${topic} ${key}`) === value,
        15_000,
        () => reports.join("\n"),
      ),
    [Symbol.asyncDispose]: () => child.kill(),
  };
  return follower;
}
