/**
 * A captive portal on a router: until someone logs in, plain http of any address gets a redirect to a page, and TLS of
 * any address gets a certificate of the portal's own, or nothing.
 */
import { makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { LabServer } from "./server.ts";
import type { Uplink } from "./uplink.ts";

/** What becomes of TLS. */
export type PortalTls = "own certificate" | "dropped";

const HTTP_PORT = 8080;
const TLS_PORT = 8443;
/** Where the page is. */
export const LOGIN_URL = "http://portal.lab/login";

export class CaptivePortal implements AsyncDisposable {
  private constructor(
    readonly uplink: Uplink,
    /** Plain http that came to it. */
    readonly http: LabServer,
    /** TLS that came to it: handshakes that were finished, and requests. */
    readonly tls: LabServer,
  ) {}

  /** Starts it on the router of an uplink. Connections that the device has already are not touched. */
  static async start(uplink: Uplink, tlsMode: PortalTls): Promise<CaptivePortal> {
    const { namespace, addresses } = uplink.router;
    const redirect = { code: 302, body: "log in first", headers: { Location: LOGIN_URL } };
    const page = { code: 200, body: "log in first" };
    const http = await LabServer.start(namespace, {
      addresses: addresses.router,
      port: HTTP_PORT,
      answer: redirect,
    });
    const certificate = makeCertificate({ name: "captive portal", hosts: ["portal.lab"] });
    const tls = await LabServer.start(namespace, {
      addresses: addresses.router,
      port: TLS_PORT,
      certificate,
      answer: page,
    });
    const portal = new CaptivePortal(uplink, http, tls);
    await uplink.router.redirect(80, HTTP_PORT);
    if (tlsMode === "dropped") await uplink.router.drop(443);
    else await uplink.router.redirect(443, TLS_PORT);
    return portal;
  }

  /** From now on the uplink is an ordinary one. */
  async logIn(): Promise<void> {
    await this.uplink.router.stopRedirects();
    await this.uplink.router.revive();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.http[Symbol.asyncDispose](), this.tls[Symbol.asyncDispose]()]);
  }
}
