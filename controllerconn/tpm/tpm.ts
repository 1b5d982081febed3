/** One TPM: its tools are run one after the other, and their files are removed at once. */
import { join } from "node:path";
import { within } from "../deadline.ts";
import { ControllerConnError } from "../error.ts";
import { OwnFailure } from "../transport_failure.ts";
import { type RunTool, toolFault, type TpmTool } from "./tools.ts";

/** See {@linkcode openTpm}. */
export interface TpmOptions {
  /** Starts the tools. */
  readonly run: RunTool;
  /** Where the TPM is, as `tpm2-tools` name it; EVE's `device:/dev/tpmrm0` by default. */
  readonly tcti?: string;
  /**
   * A folder, best in memory, for what a tool takes from a file only (digest, point: no secret). Without it a
   * signature still works, with the password on the tool's command line; nothing else does.
   */
  readonly folder?: string;
  /** Ends a running tool; the TPM is not used after that. */
  readonly signal?: AbortSignal;
  /** Limit for one use of the TPM, which may take several tools; 30 000 by default. */
  readonly timeoutMs?: number;
}

/** A TPM. */
export interface Tpm {
  /** True if a folder was given. */
  readonly hasFolder: boolean;
  /**
   * Runs `work` when all earlier work has ended.
   * @throws {ControllerConnError} `identity`: the time is over; `aborted`: the signal; whatever `work` throws
   */
  inTurn<T>(work: (turn: TpmTurn) => Promise<T>): Promise<T>;
}

/** The TPM for the length of one piece of work. */
export interface TpmTurn {
  /**
   * Stdout of a tool.
   * @throws {ControllerConnError} `identity`: the tool failed; `next` ends the message, e.g. `nothing is sent`
   */
  run(tool: TpmTool, args: readonly string[], next: string, stdin?: Uint8Array): Promise<Uint8Array>;
  /** The path of a file with this content, mode 0600, removed at the end of the turn. */
  file(name: string, content: Uint8Array): Promise<string>;
}

const TIMEOUT_MS = 30_000;
const TCTI = "device:/dev/tpmrm0";

/** Makes one; nothing is started yet. */
export function openTpm(options: TpmOptions): Tpm {
  let last: Promise<unknown> = Promise.resolve();
  return {
    hasFolder: options.folder !== undefined,
    async inTurn(work) {
      const turn = last.then(() => oneTurn(options, work));
      last = turn.catch(() => {});
      return await turn;
    },
  };
}

async function oneTurn<T>(options: TpmOptions, work: (turn: TpmTurn) => Promise<T>): Promise<T> {
  const parent = options.signal ?? new AbortController().signal;
  const limit = options.timeoutMs ?? TIMEOUT_MS;
  const late = `no answer from the TPM in ${limit} ms`;
  return await within(parent, limit, late, async (signal) => {
    let own: string | undefined;
    try {
      return await work({
        async run(tool, args, next, stdin) {
          throwIfEnded(tool, signal);
          const everyTool = ["--tcti", options.tcti ?? TCTI, "-Q"];
          const result = await options.run(tool, [...everyTool, ...args], stdin, signal);
          throwIfEnded(tool, signal);
          if (result.code !== 0) throw toolFault(tool, result, next);
          return result.stdout;
        },
        async file(name, content) {
          own ??= await ownFolder(options.folder);
          const path = join(own, name);
          await Deno.writeFile(path, content, { mode: 0o600, createNew: true });
          return path;
        },
      });
    } finally {
      if (own !== undefined) await Deno.remove(own, { recursive: true }).catch(() => {});
    }
  }, "aborted");
}

function throwIfEnded(tool: TpmTool, signal: AbortSignal): void {
  if (!signal.aborted) return;
  const { reason } = signal;
  const aborted = reason instanceof OwnFailure && reason.kind === "aborted";
  const why = reason instanceof Error ? reason.message : String(reason);
  throw new ControllerConnError(aborted ? "aborted" : "identity", `TPM: ${tool}: ${why}; nothing is sent`);
}

async function ownFolder(folder: string | undefined): Promise<string> {
  if (folder === undefined) {
    throw new ControllerConnError(
      "identity",
      "TPM: this needs a folder for the files of its tools, none was given",
    );
  }
  try {
    return await Deno.makeTempDir({ dir: folder, prefix: "tpm-" });
  } catch (cause) {
    throw new ControllerConnError(
      "identity",
      `TPM: no folder for the files of its tools can be made in ${folder}: ${cause}; nothing is sent`,
      [],
      { cause },
    );
  }
}
