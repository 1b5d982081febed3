/** `openssl s_server`: a TLS server that speaks what the runtime's own can't, such as TLS 1.1 and weak keys. */
import type { Certificate } from "../../controllerconn/testdata/certificates.ts";
import { until } from "../site/until.ts";

/** A running server: `await using server = await startSServer(certificate, ["-tls1_1"])`. */
export interface SServer extends AsyncDisposable {
  readonly port: number;
  /** What clients sent inside TLS, decrypted; nothing else is printed there but openssl's own words. */
  received(): string;
  /** Waits until openssl complains about something with these words. @throws after 10 s */
  complained(words: string): Promise<void>;
}

/** OpenSSL's own lower limits would keep it from being as bad as the test wants it. */
const ANYTHING = "ALL@SECLEVEL=0";

/** @param args further arguments; `-cipher` in them comes behind the one that lets everything in */
export async function startSServer(certificate: Certificate, args: readonly string[] = []): Promise<SServer> {
  const folder = await Deno.makeTempDir({ prefix: "eve-comms-s-server-" });
  await Deno.writeTextFile(`${folder}/cert.pem`, certificate.pem);
  await Deno.writeTextFile(`${folder}/key.pem`, certificate.keyPem);
  const child = start(folder, args);
  let printed = "";
  let complained = "";
  const listening = Promise.withResolvers<number>();
  const reading = Promise.all([
    follow(child.stdout, (text) => {
      printed += text;
      const port = /^ACCEPT .*:(\d+)$/m.exec(printed)?.[1];
      if (port !== undefined) listening.resolve(Number(port));
    }),
    follow(child.stderr, (text) => void (complained += text)),
  ]);
  const ended = child.status.then(() => listening.reject(new Error(`openssl s_server ended: ${complained}`)));
  const stop = async () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await ended;
    await reading;
    await child.stdin.close().catch(() => {});
    await Deno.remove(folder, { recursive: true });
  };
  try {
    const port = await listening.promise;
    return {
      port,
      received: () => printed,
      complained: (words) =>
        until(`openssl's ${words}`, () => complained.includes(words), 10_000, () => complained),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function start(cwd: string, args: readonly string[]): Deno.ChildProcess {
  const fixed = ["-accept", "127.0.0.1:0", "-cert", "cert.pem", "-key", "key.pem", "-cipher", ANYTHING];
  try {
    // At the end of its input it would end.
    return new Deno.Command("openssl", {
      args: ["s_server", ...fixed, ...args],
      cwd,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (cause) {
    throw new Error("openssl can't be started; apt-get install -y openssl", { cause });
  }
}

async function follow(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
}
