/** The repository's dev controller (`./scripts/run controller`) on the internet of a lab, at `controller.lab`, both families. */
import { startChild } from "../site/child.ts";
import { CONTROLLER, CONTROLLER_NAME } from "./address_plan.ts";
import type { Lab } from "./lab.ts";

const script = new URL("../../scripts/controller.ts", import.meta.url).pathname;

export class DevController implements AsyncDisposable {
  readonly #child;

  private constructor(
    readonly lab: Lab,
    /** PEM for the device's `root-certificate.pem`. */
    readonly rootCertificatePem: string,
    readonly adminUrl: string,
    child: ReturnType<typeof startChild>,
  ) {
    this.#child = child;
  }

  /** Starts it and waits until it listens; `startController` of the same lab would take its port. */
  static async start(lab: Lab): Promise<DevController> {
    const dir = `${lab.folder}/dev-controller`;
    const hosts = ["::", ...CONTROLLER, CONTROLLER_NAME].flatMap((host) => ["--host", host]);
    const options = ["--dir", dir, ...hosts, "--port", "443"];
    const args = ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", script, ...options];
    const child = startChild(...lab.internet.command(Deno.execPath(), args));
    try {
      const { adminUrl, rootCertificate } = JSON.parse(await child.lineAt(0)) as Readonly<
        Record<"adminUrl" | "rootCertificate", string>
      >;
      return new DevController(lab, await Deno.readTextFile(rootCertificate), adminUrl, child);
    } catch (error) {
      await child.kill();
      throw error;
    }
  }

  /**
   * A GET of its admin API, which only its own namespace reaches; with `body` a POST, or what `method` says.
   * @param path e.g. `/admin/requests`
   */
  async admin(path: string, body?: unknown, method = body === undefined ? "GET" : "POST"): Promise<unknown> {
    const data = body === undefined ? [] : ["--json", JSON.stringify(body)];
    const url = new URL(path, this.adminUrl).href;
    return JSON.parse(
      await this.lab.internet.run("curl", "-sS", "--fail", "--request", method, ...data, url),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.kill();
  }
}
