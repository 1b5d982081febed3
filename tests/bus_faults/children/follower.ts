/**
 * Follows topics `meter/T0` … in a process of its own: `follower.ts <root> <topics> <rescan milliseconds>`. Says `open`, then
 * JSON lines: `{"report":"…"}`, `["value","T0","key",1]`, `["gone","T0","key"]`, `["restart","T0",1]`.
 * Takes `euid <uid>` (as that user from then on, as far as files go), `write <path> <text>`, `hold` (takes every descriptor that is
 * left) and `free` (gives them back), and says `done` to each.
 */
import { openBus } from "../../../services/pubsub/mod.ts";
import { readingTopic } from "../../../services/pubsub/testdata/reading.ts";
import { heard, say } from "../../bench/stdio.ts";

const [root = "", topics = "1", rescanMs = "60000"] = Deno.args;
const libc = Deno.dlopen("libc.so.6", { seteuid: { parameters: ["u32"], result: "i32" } });
const tell = (what: unknown) => say(JSON.stringify(what));
const bus = openBus({
  root,
  signal: new AbortController().signal,
  report: ({ message }) => tell({ report: message }),
  rescanMs: Number(rescanMs),
});

function follow(name: string): void {
  const see = (key: string, { N }: { readonly N: number }) => tell(["value", name, key, N]);
  bus.subscription(readingTopic("meter", { name }), {
    create: see,
    modify: see,
    delete: (key) => tell(["gone", name, key]),
    restart: (count) => tell(["restart", name, count]),
  }).activate();
}

const held: Deno.FsFile[] = [];

function hold(): void {
  try {
    for (;;) held.push(Deno.openSync("/dev/null"));
  } catch (error) {
    if (!(error instanceof Error && /Too many open files/.test(error.message))) throw error;
  }
}

say("open");
for await (const line of heard()) {
  const [command, first = "", ...rest] = line.split(" ");
  if (command === "follow") { for (let i = 0; i < Number(topics); i++) follow(`T${i}`); }
  else if (command === "write") Deno.writeTextFileSync(first, rest.join(" "));
  else if (command === "hold") hold();
  else if (command === "free") held.splice(0).forEach((file) => file.close());
  else if (libc.symbols.seteuid(Number(first)) !== 0) throw new Error(`cannot become user ${first}`);
  say("done");
}
