/** Answers of the network → outcomes. */
import { assertEquals } from "@std/assert";
import {
  ControllerConnError,
  type ControllerConnErrorKind,
  SenderStatus,
  type SendResult,
} from "../../../controllerconn/mod.ts";
import { ConfigResponse } from "../../../proto/device.ts";
import { outcomeOf } from "./outcome.ts";

function answer(
  httpStatus: number,
  payload: Uint8Array,
  contentType: string | undefined = "application/x-proto-binary",
): SendResult {
  return {
    reqURL: "test",
    status: SenderStatus.SenderStatusNone,
    httpStatus,
    headers: contentType === undefined ? {} : { "content-type": contentType },
    contents: payload,
    lastHTTPStatusCode: httpStatus,
    ifName: "eth0",
  };
}

const open = (payload: Uint8Array) => ({ payload, status: SenderStatus.SenderStatusNone });
const response = (fields: Parameters<typeof ConfigResponse.encode>[0]) =>
  ConfigResponse.encode(fields).finish();
const kindOf = (result: SendResult, sent = "") => outcomeOf(result, sent, open).kind;

Deno.test("304, equal hash, new config", () => {
  assertEquals(kindOf(answer(304, new Uint8Array())), "not-modified");
  assertEquals(kindOf(answer(200, response({ configHash: "a" })), "a"), "same-hash");
  assertEquals(kindOf(answer(200, response({ configHash: "b", config: {} })), "a"), "config");
});

Deno.test("what can't be used is refused, never thrown", () => {
  for (
    const result of [
      answer(200, response({ configHash: "b" })),
      answer(200, response({ config: {} })),
      answer(200, new Uint8Array([0xff, 0xff, 0xff])),
      answer(200, response({ configHash: "b", config: {} }), "text/html"),
    ]
  ) {
    const outcome = outcomeOf(result, "a", open);
    assertEquals(outcome.kind === "invalid" && outcome.led, 3, JSON.stringify(outcome));
  }
  assertEquals(
    kindOf(answer(200, response({ configHash: "b", config: {} }), "application/x-proto-binary; v=1")),
    "config",
  );
});

Deno.test("a bad envelope gives LED 15, a missing certificate asks for certificates", () => {
  const bad = (kind: ControllerConnErrorKind, status: SenderStatus) =>
    outcomeOf(answer(200, new Uint8Array([1])), "", () => ({
      payload: new Uint8Array(),
      status,
      error: new ControllerConnError(kind, "test"),
    }));
  const miss = bad("envelope-verify", SenderStatus.SenderStatusCertMiss);
  assertEquals(miss.kind === "invalid" && [miss.led, miss.requestCerts], [15, true]);
  const none = bad("no-controller-cert", SenderStatus.SenderStatusNone);
  assertEquals(none.kind === "invalid" && [none.led, none.requestCerts], [15, true]);
  const wrong = bad("envelope-verify", SenderStatus.SenderStatusSignVerifyFail);
  assertEquals(wrong.kind === "invalid" && [wrong.led, wrong.requestCerts], [15, false]);
});
