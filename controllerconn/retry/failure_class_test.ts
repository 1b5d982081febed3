import { assertEquals } from "@std/assert";
import { ControllerConnError, type ControllerConnErrorKind } from "../error.ts";
import { errorClass, failureClass, statusClass } from "./failure_class.ts";

Deno.test("the class of an answer follows from its status", () => {
  for (const code of [401, 403, 407, 408, 429, 500, 502, 503, 599]) {
    assertEquals(statusClass(code), "refused-retriable", String(code));
  }
  for (const code of [400, 402, 404, 405, 409, 410, 413, 422, 451, 499]) {
    assertEquals(statusClass(code), "refused-final", String(code));
  }
  for (const code of [300, 301, 302, 307, 308, 399]) {
    assertEquals(statusClass(code), "redirect", String(code));
  }
  for (const code of [200, 202, 206, 304, 600, 999]) {
    assertEquals(statusClass(code), "bad-answer", String(code));
  }
  assertEquals(statusClass(0), "no-answer");
});

Deno.test("the class of an error follows from its kind", () => {
  const table: [ControllerConnErrorKind, number, string][] = [
    ["no-port", 0, "no-answer"],
    ["resolve", 0, "no-answer"],
    ["refused", 0, "no-answer"],
    ["timeout", 0, "no-answer"],
    ["cert-expired", 0, "untrusted"],
    ["proxy-auth", 0, "no-answer"],
    ["tls", 0, "untrusted"],
    ["http-status", 503, "refused-retriable"],
    ["http-status", 404, "refused-final"],
    ["http-status", 202, "bad-answer"],
    ["redirect", 302, "redirect"],
    ["envelope-verify", 200, "bad-answer"],
    ["content-type", 200, "bad-answer"],
    ["identity", 0, "identity"],
    ["no-controller-cert", 200, "identity"],
    ["aborted", 0, "aborted"],
  ];
  for (const [kind, status, expected] of table) assertEquals(errorClass(kind, status), expected, kind);
});

Deno.test("an answer on one port decides over silence on the next; a delivered send has no class", () => {
  const error = (kind: ControllerConnErrorKind) => new ControllerConnError(kind, kind);
  const sent = (kind: ControllerConnErrorKind, httpStatus: number, lastHTTPStatusCode = httpStatus) =>
    failureClass({ error: error(kind), httpStatus, lastHTTPStatusCode });
  assertEquals(sent("refused", 0, 413), "refused-final");
  assertEquals(sent("timeout", 0, 503), "refused-retriable");
  assertEquals(sent("timeout", 0), "no-answer");
  assertEquals(sent("aborted", 0, 503), "aborted");
  assertEquals(sent("http-status", 429), "refused-retriable");
  assertEquals(failureClass({ httpStatus: 200, lastHTTPStatusCode: 200 }), undefined);
});
