/**
 * Debian's squid on a router of the lab, in one of five modes, with an access log to read:
 *
 * ```ts
 * const squid = lab.use(await Squid.start(lab, lab.uplink(0), "explicit-auth"));
 * await sender.setNetwork(lab.status({ Proxies: [{ type: 1, server: squid.host, port: squid.port }] }));
 * await squid.until("a tunnel", (lines) => lines.some(({ method }) => method === "CONNECT"));
 * ```
 *
 * It asks the internet's nameserver (`lab.publicNameserver`), not the router's: names that only the proxy can resolve
 * are those that `uplink.nameserver` does not know. What it fetches comes from `uplink.outside()`.
 */
import { type Certificate, makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { startChild } from "../site/child.ts";
import { until } from "../site/until.ts";
import { familyOf, PUBLIC_NAMESERVER } from "./address_plan.ts";
import { mustRun } from "./command.ts";
import type { Lab } from "./lab.ts";
import {
  SQUID_HTTP_INTERCEPT_PORT,
  SQUID_HTTPS_INTERCEPT_PORT,
  SQUID_NAME,
  SQUID_PASSWORD,
  SQUID_PORT,
  SQUID_USER,
  squidConf,
  squidFiles,
  type SquidMode,
  type SquidPlan,
} from "./squid_conf.ts";
import type { Uplink } from "./uplink.ts";

/** One line of the access log; squid writes `-` for what there is not. A tunnel is logged when it ends. */
export interface SquidLine {
  /** Source address. */
  readonly from: string;
  /** E.g. `TCP_TUNNEL`, `TCP_DENIED`, `TCP_MISS`, `NONE_NONE`. */
  readonly tag: string;
  /** What the client got; 0 if nothing. */
  readonly status: number;
  readonly method: string;
  /** `host:port` for CONNECT; whole, path included, for what it could read. */
  readonly url: string;
  readonly user: string;
  readonly sni: string;
  readonly bump: string;
  /** Bytes sent to the client. */
  readonly sent: number;
}

/** Squid gives up root for this user. */
const SQUID_OWNER = "proxy";
let started = 0;

export class Squid implements AsyncDisposable {
  readonly #child;

  private constructor(
    readonly mode: SquidMode,
    /** For proxy entries of the port: the router's IPv4 address, its IPv6 one where it has no other. */
    readonly host: string,
    /** PEM goes to `pubsub-large-ProxyCertPEM` where the mode opens TLS. */
    readonly ca: Certificate,
    readonly folder: string,
    child: ReturnType<typeof startChild>,
  ) {
    this.#child = child;
  }

  /** Its name in `uplink.nameserver`, for proxy entries of the port. */
  readonly name = SQUID_NAME;
  /** For proxy entries of the port. */
  readonly port = SQUID_PORT;
  /** For mode `explicit-auth`. */
  readonly user = SQUID_USER;
  readonly password = SQUID_PASSWORD;

  /** Starts it on the router of an uplink and waits until it listens. It trusts `lab.root`. */
  static async start(lab: Lab, uplink: Uplink, mode: SquidMode): Promise<Squid> {
    const folder = `${lab.folder}/squid${++started}`;
    const files = squidFiles(folder);
    const ca = makeCertificate({ name: "lab inspecting proxy", ca: true, key: "RSA" });
    const { namespace, addresses } = uplink.router;
    // Squid wants letters and digits, unique on the machine.
    const service = `evelab${Deno.pid}x${started}`;
    const families = new Set(addresses.outside.map(familyOf));
    const nameservers = PUBLIC_NAMESERVER.filter((address) => families.has(familyOf(address)));
    const plan: SquidPlan = { mode, folder, nameservers };
    await Deno.mkdir(folder);
    await Deno.writeTextFile(files.conf, squidConf(plan));
    await Deno.writeTextFile(files.log, "");
    await Deno.writeTextFile(files.ca, ca.pem + ca.keyPem);
    const hosts = [SQUID_NAME, ...addresses.router.filter((address) => familyOf(address) === 4)];
    const server = makeCertificate({ name: SQUID_NAME, issuer: lab.root, hosts });
    await Deno.writeTextFile(files.server, server.pem + server.keyPem);
    await Deno.writeTextFile(files.roots, lab.root.pem);
    const hash = await mustRun("openssl", ["passwd", "-apr1", SQUID_PASSWORD]);
    await Deno.writeTextFile(files.users, `${SQUID_USER}:${hash}`);
    await mustRun("/usr/lib/squid/security_file_certgen", ["-c", "-s", files.certificates, "-M", "4MB"]);
    await mustRun("chown", ["-R", SQUID_OWNER, folder]);
    const child = startChild(...namespace.command("squid", ["-N", "-n", service, "-f", files.conf]));
    const squid = new Squid(mode, addresses.router[0] ?? "", ca, folder, child);
    try {
      await squid.#listening(uplink);
      await uplink.nameserver.setRecords({ [SQUID_NAME]: addresses.router });
      if (mode === "transparent-bump") {
        await uplink.router.redirect(80, SQUID_HTTP_INTERCEPT_PORT);
        await uplink.router.redirect(443, SQUID_HTTPS_INTERCEPT_PORT);
      }
      return squid;
    } catch (error) {
      await squid[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The access log so far. */
  async log(): Promise<SquidLine[]> {
    const text = await Deno.readTextFile(squidFiles(this.folder).log);
    return text.split("\n").slice(0, -1).map((line) => JSON.parse(line) as SquidLine);
  }

  /** Waits until the log is as wanted. @throws {Error} after 15 s, with the log */
  async until(what: string, holds: (lines: readonly SquidLine[]) => boolean): Promise<void> {
    let lines: SquidLine[] = [];
    await until(
      `squid's access log: ${what}`,
      async () => holds(lines = await this.log()),
      undefined,
      () => lines.map((line) => JSON.stringify(line)).join("\n"),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.kill();
  }

  async #listening(uplink: Uplink): Promise<void> {
    let gone: Deno.CommandStatus | undefined;
    this.#child.ended.then((status) => gone = status);
    await until(
      `squid (${this.mode}) listens`,
      async () => {
        const sockets = await uplink.router.namespace.run("ss", "-Hltn", "sport", "=", `:${SQUID_PORT}`);
        return sockets.trim() !== "" || gone !== undefined;
      },
    );
    if (gone === undefined) return;
    const log = await Deno.readTextFile(squidFiles(this.folder).cacheLog).catch(() => "no cache.log");
    throw new Error(`squid (${this.mode}) ended with ${gone.code}:\n${log}`);
  }
}
