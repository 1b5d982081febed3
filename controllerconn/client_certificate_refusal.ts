/** A web server in front of a controller that lets every TLS client in, and then answers 400 over its certificate. Pure. */
import { STATUS_CODE } from "@std/http/status";
import type { Answer } from "./connect/one_try.ts";

/** In the page that nginx sends. */
const PAGES: readonly (readonly [string, string])[] = [
  [
    "No required SSL certificate was sent",
    "the server wants a client certificate and got none (a key in a TPM is never shown in TLS)",
  ],
  ["The SSL certificate error", "the server does not let our client certificate in"],
];

/** What the server wants, in words; undefined if the answer is about something else. */
export function clientCertificateRefusal(
  { code, body, encrypted }: Pick<Answer, "code" | "body" | "encrypted">,
): string | undefined {
  if (code !== STATUS_CODE.BadRequest || !encrypted) return undefined;
  const page = new TextDecoder().decode(body);
  return PAGES.find(([title]) => page.includes(`<title>400 ${title}</title>`))?.[1];
}
