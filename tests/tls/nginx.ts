/** nginx as the front of a controller: TLS, HTTP/1.1, in the foreground, with everything it writes in a temporary folder. */
import type { Certificate } from "../../controllerconn/testdata/certificates.ts";
import { ROOT } from "../../controllerconn/testdata/device.ts";
import { until } from "../site/until.ts";

/** What differs from one test to the other; the lines go into the `server` block. */
export interface NginxOptions {
  /** Issued by the test root. */
  readonly certificate: Certificate;
  /** PEM of what client certificates are checked against. */
  readonly clientCa?: string;
  /** E.g. `ssl_verify_client on;`. */
  readonly lines?: readonly string[];
}

/** One line of the access log. */
export interface Access {
  /** Number of the connection; the same for requests over the same one. */
  readonly connection: number;
  readonly status: number;
  readonly method: string;
  /** SUCCESS, NONE or FAILED and why: of the client certificate. */
  readonly verify: string;
  /** Subject of the client certificate; `-` without one. */
  readonly subject: string;
}

/** `await using nginx = await startNginx({ certificate })` */
export interface Nginx extends AsyncDisposable {
  readonly port: number;
  /** Waits for at least so many requests in the log, which nginx writes after the answer. @returns all */
  log(count: number): Promise<Access[]>;
  /** `nginx -s reload` with other lines: new workers, old connections end. @returns when the new ones serve */
  reload(lines: readonly string[]): Promise<void>;
}

const FORMAT = "$connection $status $request_method $ssl_client_verify|$ssl_client_s_dn";

/** Listens on a free port of 127.0.0.1; answers every request 200 with the subject of the client certificate. */
export async function startNginx({ certificate, clientCa, lines = [] }: NginxOptions): Promise<Nginx> {
  const folder = await Deno.makeTempDir({ prefix: "eve-comms-nginx-" });
  const port = freePort();
  let generation = 0;
  const configure = (more: readonly string[]) => {
    generation++;
    Deno.writeTextFileSync(
      `${folder}/nginx.conf`,
      configuration(folder, port, generation, [
        ...(clientCa === undefined ? [] : ["ssl_client_certificate client-ca.pem;"]),
        ...more,
      ]),
    );
  };
  Deno.writeTextFileSync(`${folder}/cert.pem`, certificate.pem);
  Deno.writeTextFileSync(`${folder}/key.pem`, certificate.keyPem);
  if (clientCa !== undefined) Deno.writeTextFileSync(`${folder}/client-ca.pem`, clientCa);
  configure(lines);
  const args = ["-p", folder, "-c", "nginx.conf", "-e", "error.log"];
  const child = start(args);
  const stderr = new Response(child.stderr).text();
  let ended = false;
  child.status.then(() => ended = true);
  const read = (name: string) => {
    try {
      return Deno.readTextFileSync(`${folder}/${name}`);
    } catch {
      return "";
    }
  };
  const serves = async (wanted: number) => {
    if (ended) throw new Error(`it has ended: ${await stderr}`);
    return await generationOf(port) === wanted;
  };
  const stop = async () => {
    if (!ended) child.kill("SIGTERM");
    await child.status;
    await stderr;
    await Deno.remove(folder, { recursive: true });
  };
  const accesses = () =>
    read("access.log").split("\n").filter((line) => line !== "").map(parseLine)
      .filter(({ method }) => method !== "HEAD");
  const nginx: Nginx = {
    port,
    async log(count) {
      await until(`${count} lines in the log`, () => accesses().length >= count, 10_000);
      return accesses();
    },
    async reload(more) {
      configure(more);
      const { success, stderr } = await new Deno.Command("nginx", { args: [...args, "-s", "reload"] })
        .output();
      if (!success) throw new Error(`nginx -s reload: ${new TextDecoder().decode(stderr)}`);
      await until("the new workers of nginx", () => serves(generation), 20_000, () => read("error.log"));
    },
    [Symbol.asyncDispose]: stop,
  };
  try {
    await until("nginx", () => serves(1), 20_000, () => read("error.log"));
    return nginx;
  } catch (error) {
    await stop();
    throw error;
  }
}

function start(args: readonly string[]): Deno.ChildProcess {
  try {
    return new Deno.Command("nginx", { args: [...args], stdin: "null", stdout: "null", stderr: "piped" })
      .spawn();
  } catch (cause) {
    throw new Error("nginx can't be started; apt-get install -y nginx", { cause });
  }
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

function configuration(folder: string, port: number, generation: number, lines: readonly string[]): string {
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
daemon off;
user ${Deno.uid() === 0 ? "root" : "nobody"};
worker_processes 1;
worker_shutdown_timeout 5s;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 64; }
http {
  ${paths.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n  ")}
  log_format lines '${FORMAT}';
  access_log ${folder}/access.log lines;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate cert.pem;
    ssl_certificate_key key.pem;
    add_header X-Generation ${generation} always;
    ${lines.join("\n    ")}
    location / {
      default_type application/x-proto-binary;
      return 200 "$ssl_client_s_dn";
    }
  }
}
`;
}

function parseLine(line: string): Access {
  const [head = "", subject = "-"] = line.split("|");
  const [connection, status, method = "", ...verify] = head.split(" ");
  return {
    connection: Number(connection),
    status: Number(status),
    method,
    verify: verify.join(" "),
    subject,
  };
}

/** By a HEAD of our own, which the log leaves out. */
async function generationOf(port: number): Promise<number> {
  const client = Deno.createHttpClient({ caCerts: [ROOT.pem] });
  try {
    const response = await fetch(`https://localhost:${port}/`, { client, method: "HEAD" });
    return Number(response.headers.get("x-generation"));
  } catch {
    return 0;
  } finally {
    client.close();
  }
}
