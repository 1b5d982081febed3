/** A TPM in software for tests: Debian's swtpm, on ports of its own, with its state in a folder of its own. */
import type { ToolResult } from "../tools.ts";

const INSTALL = "apt-get install -y --no-install-recommends swtpm tpm2-tools";
const START_MS = 20_000;

/** As `RunTool`, also for tools that only tests need. */
type RunAnyTool = (
  tool: string,
  args: readonly string[],
  stdin?: Uint8Array,
  signal?: AbortSignal,
) => Promise<ToolResult>;

/** Ends with its test: `await using swtpm = await startSwtpm()`. */
export interface Swtpm extends AsyncDisposable {
  /** For {@linkcode openTpm}. */
  readonly tcti: string;
  /** An empty folder for the files of the tools. */
  readonly folder: string;
  /** A `RunTool`, for any tool. */
  readonly run: RunAnyTool;
  /** Command lines so far, without `--tcti …`. */
  readonly calls: string[];
  /** The most tools that ran at the same time. */
  readonly mostAtOnce: () => number;
  /** It takes connections and answers nothing until `kill`. */
  freeze(): void;
  /** Ends it at once, as a TPM that is gone. */
  kill(): Promise<void>;
}

/** @throws with the line to type when swtpm or tpm2-tools are missing */
export async function startSwtpm(): Promise<Swtpm> {
  const home = await Deno.makeTempDir({ prefix: "eve-comms-swtpm-" });
  const folder = `${home}/tools`;
  await Deno.mkdir(folder);
  const { child, port } = await start(`${home}/state`);
  const tcti = `swtpm:host=127.0.0.1,port=${port}`;
  const calls: string[] = [];
  let running = 0;
  let most = 0;
  let gone = false;
  const kill = async () => {
    if (!gone) child.kill("SIGKILL");
    gone = true;
    await child.status;
  };
  return {
    tcti,
    folder,
    calls,
    mostAtOnce: () => most,
    async run(tool, args, stdin, signal) {
      calls.push([tool, ...args.slice(2)].join(" "));
      most = Math.max(most, ++running);
      try {
        const result = await output(tool, args, stdin, signal);
        // A kernel's /dev/tpmrm0 forgets what a tool leaves behind; a bare TPM must be told.
        if (!gone && signal?.aborted !== true && (result.code !== 0 || tool !== "tpm2_sign")) {
          for (const kind of ["-t", "-l", "-s"]) await output("tpm2_flushcontext", ["--tcti", tcti, kind]);
        }
        return result;
      } finally {
        running--;
      }
    },
    freeze: () => child.kill("SIGSTOP"),
    kill,
    async [Symbol.asyncDispose]() {
      await kill();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** The tools' own TCTI takes the port after the server's for control. */
async function start(state: string): Promise<{ child: Deno.ChildProcess; port: number }> {
  await Deno.mkdir(state);
  for (const end = performance.now() + START_MS; performance.now() < end;) {
    const port = freePort();
    const child = swtpm(state, port);
    let ended = false;
    child.status.then(() => ended = true);
    while (!ended && performance.now() < end) {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: port + 1 }).catch(() => undefined);
      if (connection !== undefined) {
        connection.close();
        if (!ended) return { child, port };
      }
      await new Promise<void>((resolve) => setTimeout(resolve, 20));
    }
    if (!ended) child.kill("SIGKILL");
    await child.status;
  }
  throw new Error(`swtpm did not start in ${START_MS} ms`);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

function swtpm(state: string, port: number): Deno.ChildProcess {
  const at = (number: number) => `type=tcp,port=${number},bindaddr=127.0.0.1`;
  const args = ["socket", "--tpm2", "--tpmstate", `dir=${state}`, "--flags", "not-need-init,startup-clear"];
  try {
    return new Deno.Command("swtpm", {
      args: [...args, "--server", at(port), "--ctrl", at(port + 1)],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  } catch (cause) {
    throw new Error(`swtpm can't be started; type:\n  ${INSTALL}`, { cause });
  }
}

async function output(
  tool: string,
  args: readonly string[],
  stdin?: Uint8Array,
  signal?: AbortSignal,
): Promise<ToolResult> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(tool, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      ...(signal === undefined ? {} : { signal }),
    }).spawn();
  } catch (cause) {
    throw new Error(`${tool} can't be started; type:\n  ${INSTALL}`, { cause });
  }
  const writer = child.stdin.getWriter();
  const written = writer.write(stdin ?? new Uint8Array(0)).then(() => writer.close()).catch(() => {});
  const { code, stdout, stderr } = await child.output();
  await written;
  return { code, stdout, stderr: new TextDecoder().decode(stderr) };
}
