/** The child's end of the protocol of `json_child.ts`. */
const encoder = new TextEncoder();

async function* inputLines(): AsyncGenerator<string, undefined> {
  let text = "";
  for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const parts = (text + chunk).split("\n");
    text = parts.pop() ?? "";
    yield* parts;
  }
}

const input = inputLines();

function write(value: unknown): void {
  const bytes = encoder.encode(`${JSON.stringify(value)}\n`);
  for (let from = 0; from < bytes.length;) from += Deno.stdout.writeSync(bytes.subarray(from));
}

/** The first line. */
export async function readSettings<Settings>(): Promise<Settings> {
  return JSON.parse((await input.next()).value ?? "null") as Settings;
}

/** Says something without being asked. */
export function say(event: string, more: Readonly<Record<string, unknown>> = {}): void {
  write({ event, ...more });
}

/** Says `ready`, then answers commands, several at a time, until the lab is gone; then the process ends. */
export async function serveCommands<Command>(answer: (command: Command) => unknown): Promise<never> {
  say("ready");
  for await (const line of input) {
    const { id, command } = JSON.parse(line) as { readonly id: number; readonly command: Command };
    Promise.resolve(answer(command)).then((value) => write({ id, answer: value ?? null }));
  }
  Deno.exit(0);
}
