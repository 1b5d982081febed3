import { assertEquals } from "@std/assert";
import {
  ControllerConnError,
  type ControllerConnErrorKind,
  longestRetryAfterMs,
} from "../../controllerconn/mod.ts";
import { type Outcome, outcomeOf, retryAfterMs, serverReport } from "./response_policy.ts";

function answered(status: number, kind: ControllerConnErrorKind = "http-status") {
  return {
    httpStatus: status,
    lastHTTPStatusCode: status,
    error: new ControllerConnError(kind, `status ${status}`),
  };
}

Deno.test("[loguploader#8][device-api#35] 200, 201, 204, 304 are delivered; 202 is not", () => {
  for (const status of [200, 201, 204, 304]) {
    assertEquals(outcomeOf({ httpStatus: status, lastHTTPStatusCode: status }), "delivered");
  }
  assertEquals(outcomeOf(answered(202)), "unavailable");
});

Deno.test("each status leads to the recommended outcome", () => {
  const table: Record<number, Outcome> = {
    301: "unavailable",
    400: "rejected",
    401: "forbidden",
    403: "forbidden",
    404: "rejected",
    407: "forbidden",
    408: "unavailable",
    409: "rejected",
    413: "rejected",
    415: "rejected",
    418: "rejected",
    422: "rejected",
    429: "throttled",
    500: "unavailable",
    502: "unavailable",
    503: "unavailable",
    599: "unavailable",
  };
  for (const [status, outcome] of Object.entries(table)) {
    assertEquals(outcomeOf(answered(Number(status))), outcome, status);
  }
});

Deno.test("an error without an answer is unavailable, whatever its kind; our own abort is neither", () => {
  const kinds: ControllerConnErrorKind[] = [
    "no-port",
    "refused",
    "timeout",
    "tls",
    "reset",
    "identity",
    "trust",
  ];
  for (const kind of kinds) assertEquals(outcomeOf(answered(0, kind)), "unavailable", kind);
  assertEquals(outcomeOf(answered(0, "aborted")), "aborted");
});

Deno.test("the last status on any port decides when no port's answer was taken", () => {
  const error = new ControllerConnError("refused", "second port refused");
  assertEquals(outcomeOf({ httpStatus: 0, lastHTTPStatusCode: 413, error }), "rejected");
});

Deno.test("Retry-After: seconds or a date, with a ceiling; anything else is no wait", () => {
  const now = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");
  assertEquals(retryAfterMs({}, now), 0);
  assertEquals(retryAfterMs({ "retry-after": "120" }, now), 120_000);
  assertEquals(retryAfterMs({ "retry-after": "Wed, 21 Oct 2026 07:29:00 GMT" }, now), 60_000);
  assertEquals(retryAfterMs({ "retry-after": "Wed, 21 Oct 2026 07:27:00 GMT" }, now), 0);
  assertEquals(retryAfterMs({ "retry-after": "999999999999" }, now), longestRetryAfterMs);
  for (const text of ["", "-5", "soon", "1.5", "2027"]) {
    assertEquals(retryAfterMs({ "retry-after": text }, now), text === "2027" ? 2_027_000 : 0, text);
  }
});

Deno.test("the controller's report about itself: read, absent, garbage", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assertEquals(serverReport(bytes(`{"cpu_percentage":12.5,"log_process_delay_msec":7}\n`)), {
    cpuPercentage: 12.5,
    processDelayMsec: 7,
  });
  assertEquals(serverReport(bytes("{}\n\n")), { cpuPercentage: 0, processDelayMsec: 0 });
  assertEquals(serverReport(bytes("")), undefined);
  assertEquals(serverReport(bytes("\n")), undefined);
  const tooLarge = [`{"cpu_percentage":1e39}`, `{"log_process_delay_msec":4294967296}`];
  const others = ["<html>", "[]", "5", `{"cpu_percentage":"a lot"}`, `{"log_process_delay_msec":-1}`];
  for (const text of [...tooLarge, ...others]) assertEquals(serverReport(bytes(text)), "garbage", text);
});
