/**
 * The seam to the TPM: programs of `tpm2-tools`, started by whoever uses this library; nothing here starts one
 * (`spec/controllerconn.md §16.3`).
 */
import { ControllerConnError } from "../error.ts";

/** The tools that are used, and for what. */
export const TPM_TOOLS = [
  /** Signs an envelope with the device key. */
  "tpm2_sign",
  /** Shared point for object-level encryption. */
  "tpm2_ecdhzgen",
] as const;

/** One of {@linkcode TPM_TOOLS}. */
export type TpmTool = typeof TPM_TOOLS[number];

/** What a tool left behind. */
export interface ToolResult {
  /** -1 when it could not be started. */
  readonly code: number;
  /** What it answered, in the form that was asked for. */
  readonly stdout: Uint8Array;
  /** What it said about a failure. */
  readonly stderr: string;
}

/**
 * Starts a tool, gives it `stdin`, waits for its end. Never throws for a tool that fails. Ends the tool when `signal`
 * is aborted. Stdout must be a pipe: the tools write to `/dev/stdout`.
 */
export type RunTool = (
  tool: TpmTool,
  args: readonly string[],
  stdin?: Uint8Array,
  signal?: AbortSignal,
) => Promise<ToolResult>;

const MAX_SAID = 300;

/** Code of the TPM in what a tool says, and what it means here. */
const MEANINGS: readonly (readonly [code: RegExp, meaning: string])[] = [
  [/\(0x(98E|9A2)\)/i, "the password is not that of the key"],
  [/\(0x921\)/i, "the TPM is locked after wrong passwords"],
  [/\(0x18B\)/i, "there is no key at this handle"],
  [/Could not load tcti/, "the TPM can't be reached"],
];

/** The line of a tool's many that names the cause; passwords are blanked. */
function said(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const errors = lines.filter((line) => line.startsWith("ERROR") && !line.includes("Unable to run"));
  const line = errors.find((text) => /\(0x[0-9a-f]+\) - /i.test(text)) ?? errors.at(-1) ?? lines.at(-1) ?? "";
  return line.replace(/^ERROR:\s*/, "").replaceAll(/hex:[0-9a-f]+/gi, "hex:…").slice(0, MAX_SAID);
}

/**
 * The error for a tool that failed: tool, exit code, what it said, what that means, what happens next.
 * @param next e.g. `nothing is sent`
 */
export function toolFault(tool: TpmTool, result: ToolResult, next: string): ControllerConnError {
  const meaning = MEANINGS.find(([code]) => code.test(result.stderr))?.[1];
  const how = result.code === -1 ? "could not be started" : `ended with code ${result.code}`;
  const parts = [`${tool} ${how}`, said(result.stderr), meaning].filter((part) =>
    part !== undefined && part !== ""
  );
  return new ControllerConnError("identity", `TPM: ${parts.join(": ")}; ${next}`);
}
