import { assertEquals, assertStringIncludes } from "@std/assert";
import { ControllerConnError } from "../../controllerconn/mod.ts";
import {
  type FailureReason,
  reasonExitCodes,
  reasonLeds,
  reasonOfError,
  reasonText,
} from "./failure_reason.ts";

const reasons: readonly FailureReason[] = ["unknown-device", "conflict", "bad-root", "untimely-clock"];
const facts = { server: "controller:443", serial: "S1 ", softSerial: "", now: Date.UTC(1970, 0, 2) };

Deno.test("each reason has an LED, an exit code and words of its own", () => {
  for (const table of [reasonLeds, reasonExitCodes]) {
    assertEquals(new Set(reasons.map((reason) => table[reason])).size, reasons.length);
  }
  for (const reason of reasons) assertEquals([0, 1, 2].includes(reasonExitCodes[reason]), false);
  const texts = reasons.map((reason) => reasonText(reason, facts));
  assertEquals(new Set(texts).size, reasons.length);
  for (const text of texts) assertStringIncludes(text, "controller:443");
  assertStringIncludes(texts[0] ?? "", 'product "S1", soft none');
  assertStringIncludes(texts[3] ?? "", "1970-01-02T00:00:00.000Z");
});

Deno.test("a conflict over a number that many boards have says so", () => {
  const text = (serial: string) => reasonText("conflict", { ...facts, serial });
  assertStringIncludes(text("To be filled by O.E.M."), '"To be filled by O.E.M." is what many boards say');
  assertEquals(text("PF2ABC").includes("many boards"), false);
});

Deno.test("the reason of an error is found in its kind, its attempts and its causes", () => {
  const attempt = { kind: "cert-expired", layer: "tls", ifName: "eth0", text: "" } as const;
  const list = new ControllerConnError("cert-chain", "list", [], {
    cause: new ControllerConnError("cert-unknown-authority", "leaf"),
  });
  const cases: [unknown, FailureReason | undefined][] = [
    [new ControllerConnError("cert-unknown-authority", ""), "bad-root"],
    [new ControllerConnError("cert-not-yet-valid", ""), "untimely-clock"],
    [new ControllerConnError("timeout", "", [attempt]), "untimely-clock"],
    [list, "bad-root"],
    [new ControllerConnError("cert-chain", "", [], { cause: list }), "bad-root"],
    [new ControllerConnError("cert-chain", "two signing certificates"), undefined],
    [new ControllerConnError("refused", ""), undefined],
    [new Error("x"), undefined],
    [undefined, undefined],
  ];
  for (const [error, reason] of cases) assertEquals(reasonOfError(error), reason, String(error));
});
