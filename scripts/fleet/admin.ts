/** The admin API of a test controller (ours, or Adam): lets the fleet in and gives each device a configuration. */

/** See above. */
export class Admin {
  /** @param url without `/admin` */
  constructor(readonly url: string) {}

  /** Lets devices with this onboarding certificate register, whatever their serial. @throws {Error} with the answer */
  async allowOnboarding(certPem: string): Promise<void> {
    const Cert = new TextEncoder().encode(certPem).toBase64();
    await this.#call("POST", "onboard", { Cert, Serial: "*" });
  }

  /** A small one. @throws {Error} with the answer */
  async configure(uuid: string): Promise<void> {
    await this.#call("PUT", `device/${uuid}/config`, {
      device_name: `fleet-${uuid.slice(0, 8)}`,
      project_name: "fleet",
      configItems: [{ key: "newlog.allow.fastupload", value: "true" }],
    });
  }

  async #call(method: string, path: string, body: unknown): Promise<void> {
    const url = `${this.url.replace(/\/$/, "")}/admin/${path}`;
    const answer = await fetch(url, {
      method,
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text.slice(0, 200).trim()}`);
  }
}
