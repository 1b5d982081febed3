/**
 * A captive portal on a router: until someone logs in, plain http of any address gets a redirect to a page, and TLS of
 * any address gets a certificate of the portal's own, or nothing.
 */
import { makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { LabServer, type ServerOptions } from "./server.ts";
import type { Uplink } from "./uplink.ts";

/** What becomes of TLS. */
export type PortalTls = "own certificate" | "dropped";

const HTTP_PORT = 8080;
const TLS_PORT = 8443;
/** Where the page is. */
export const LOGIN_URL = "http://portal.lab/login";

export class CaptivePortal implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;

  private constructor(
    readonly uplink: Uplink,
    /** Plain http that came to it. */
    readonly http: LabServer,
    /** TLS that came to it: handshakes that were finished, and requests. */
    readonly tls: LabServer,
    stack: AsyncDisposableStack,
  ) {
    this.#stack = stack;
  }

  /** Starts it on the router of an uplink. Connections that the device has already are not touched. */
  static async start(uplink: Uplink, tlsMode: PortalTls): Promise<CaptivePortal> {
    const { router } = uplink;
    const addresses = router.addresses.router;
    const page = { code: 200, body: "log in first" };
    const redirect = { code: 302, body: "log in first", headers: { Location: LOGIN_URL } };
    const certificate = makeCertificate({ name: "captive portal", hosts: ["portal.lab"] });
    await using stack = new AsyncDisposableStack();
    const serve = async (options: Omit<ServerOptions, "addresses">) =>
      stack.use(await LabServer.start(router.namespace, { addresses, ...options }));
    const http = await serve({ port: HTTP_PORT, answer: redirect });
    const tls = await serve({ port: TLS_PORT, answer: page, certificate });
    await router.redirect(80, HTTP_PORT);
    if (tlsMode === "dropped") await router.drop(443);
    else await router.redirect(443, TLS_PORT);
    return new CaptivePortal(uplink, http, tls, stack.move());
  }

  /** From now on the uplink is an ordinary one. */
  async logIn(): Promise<void> {
    await this.uplink.router.stopRedirects();
    await this.uplink.router.revive();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}
