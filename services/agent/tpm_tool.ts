/** Starts the tools of `tpm2-tools`, those of the list and no other; a program also needs the permission for each. */
import type { RunTool, ToolResult } from "../../controllerconn/mod.ts";
import { TPM_TOOLS } from "../../controllerconn/tpm/tools.ts";
import { errorText } from "./error.ts";

const NOT_STARTED = -1;

/** The machine's tools. A missing, forbidden or unlisted one is a result with code -1, never an exception. */
export const systemTpmTool: RunTool = async (tool, args, stdin, signal) => {
  if (!TPM_TOOLS.includes(tool)) return notStarted(`${tool} is none of ${TPM_TOOLS.join(", ")}`);
  // The runtime ends a child when the signal comes, not when it has come already.
  if (signal?.aborted === true) return notStarted("ended by the caller");
  try {
    const child = new Deno.Command(tool, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      ...(signal === undefined ? {} : { signal }),
    }).spawn();
    const written = write(child.stdin, stdin ?? new Uint8Array(0));
    const { code, stdout, stderr } = await child.output();
    await written;
    return { code, stdout, stderr: new TextDecoder().decode(stderr) };
  } catch (error) {
    return notStarted(errorText(error));
  }
};

/** A tool that ends without reading says why on its own; the broken pipe is no news. */
async function write(stdin: WritableStream<Uint8Array>, content: Uint8Array): Promise<void> {
  const writer = stdin.getWriter();
  try {
    if (content.length > 0) await writer.write(content);
    await writer.close();
  } catch {
    await writer.abort().catch(() => {});
  }
}

function notStarted(stderr: string): ToolResult {
  return { code: NOT_STARTED, stdout: new Uint8Array(0), stderr };
}
