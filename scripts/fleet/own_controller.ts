/** A test controller in a process of its own, for one fleet. */
import { TextLineStream } from "./text_lines.ts";

/** See {@linkcode startOwnController}. */
export interface OwnController extends AsyncDisposable {
  /** `host:port` */
  readonly server: string;
  readonly adminUrl: string;
  readonly rootCertificatePem: string;
}

/** @param dir takes what it keeps @throws {Error} when it ends before it is ready */
export async function startOwnController(dir: string): Promise<OwnController> {
  const script = new URL("../controller.ts", import.meta.url).pathname;
  const flags = ["run", "--quiet", "--no-check", "--allow-all", script, "--dir", dir];
  const child = new Deno.Command(Deno.execPath(), { args: flags, stdin: "null", stdout: "piped" }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    .getReader();
  const { value } = await lines.read();
  if (value === undefined) {
    throw new Error(`the test controller ended with ${(await child.status).code} before it was ready`);
  }
  const { server, adminUrl, rootCertificate } = JSON.parse(value);
  return {
    server,
    adminUrl,
    rootCertificatePem: await Deno.readTextFile(rootCertificate),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await lines.cancel();
    },
  };
}
