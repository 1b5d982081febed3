/** `docs/faults.md`, made from the tables: `deno run -A tests/faults/faults_page.ts`. */
import { join } from "node:path";
import { ORDER_RULES } from "./order_rules.ts";
import { FAULT_RULES, type FaultRule } from "./rules.ts";
import type { EnvelopeSpoil, ServerRule } from "./server_rule.ts";
import type { Stroke, WireRule } from "./wire_rule.ts";

/** Where the page is. */
export const faultsPagePath = join(import.meta.dirname ?? ".", "../../docs/faults.md");

const SPOILS: Readonly<Record<EnvelopeSpoil, string>> = {
  "signature": "the signature of something else",
  "short-signature": "a signature of 63 bytes",
  "payload": "a payload with flipped bits under the right signature",
  "hash": "a senderCertHash that nobody has",
  "hash-20": "a senderCertHash of 20 bytes",
  "algo-0": "hash algorithm 0",
  "stale": "hash and signature of a certificate that is not stored (any more)",
  "noise": "300 bytes of noise as body",
  "empty": "200 without a body",
};

const CERTIFICATES = {
  "expired": "the server's TLS certificate ended an hour ago",
  "not-yet": "the server's TLS certificate begins in an hour",
  "unknown-ca": "the server's TLS certificate has an issuer that is not trusted",
  "other-name": "the server's TLS certificate is for `other.example`",
} as const;

function strokeText(stroke: Stroke): string {
  if (typeof stroke !== "string") return `go on at ${stroke.bytesPerSecond} bytes a second`;
  return { reset: "RST to both ends", end: "FIN", hang: "nothing any more, nothing closed" }[stroke];
}

function wireText(rule: WireRule): string {
  if (rule === "refuse") return "nobody listens";
  const whose = rule.of === "device" ? "the device" : "the controller";
  const what = rule.phase === "connection" ? "connection" : rule.of === "device" ? "request" : "answer";
  return `after ${rule.byte} bytes of ${whose}'s ${what}: ${strokeText(rule.then)}`;
}

function serverText(rule: ServerRule): string {
  if ("certificate" in rule) return CERTIFICATES[rule.certificate];
  switch (rule.answer) {
    case "status": {
      const headers = Object.entries(rule.headers ?? {}).map(([name, value]) => ` \`${name}: ${value}\``);
      return `code ${rule.code}${headers.join(",")}`;
    }
    case "envelope":
      return SPOILS[rule.spoil];
    case "content-type":
      return rule.value === null ? "200 without the header" : `200 with \`${rule.value}\``;
    case "content-length":
      return `the header is wrong by ${rule.wrongBy}, then FIN`;
    case "no-http":
      return "the greeting of an SSH server";
    case "huge":
      return `${rule.bytes} zero bytes${rule.gzip ? ", as gzip" : ""}; the limit is 200000`;
    case "gzip":
      return rule.broken === "cut" ? "the last 20 bytes are missing" : "300 bytes of noise, said to be gzip";
    case "encoding":
      return `\`Content-Encoding: ${rule.value}\``;
  }
}

function appliedText(rule: FaultRule): string {
  if (rule.wire !== undefined) return wireText(rule.wire);
  return rule.server === undefined ? "" : serverText(rule.server);
}

function againText(rule: FaultRule): string {
  if (rule.kind === "none") return "no need";
  const fresh = rule.freshConnection && rule.coldOnly !== true
    ? ["at once on a fresh connection, if it was a kept one"]
    : [];
  const when = rule.timesOut === true ? "when the send timer has run out" : "at once";
  const bail = rule.httpStatus >= 400 ? " (not with `bailOnHTTPErr`)" : "";
  const next = rule.nextPort ? [`${when} over the next port${bail}`] : [];
  const kept = rule.header === undefined ? "" : `; the caller is handed \`${rule.header[0]}\``;
  const tries = [...fresh, ...next];
  return (tries.length === 0 ? "by the caller alone" : tries.join(", then ")) + kept;
}

const codeSpan = (value: string) => `\`${value.replaceAll("|", "\\|")}\``;
const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

function faultRow(rule: FaultRule): string {
  return row([
    rule.name,
    appliedText(rule),
    rule.kind,
    rule.layer,
    rule.status.replace("SenderStatus", ""),
    rule.httpStatus === 0 ? "" : String(rule.httpStatus),
    rule.says.map(codeSpan).join(" or "),
    againText(rule),
    rule.taken ? "yes" : "no",
    "nothing",
  ]);
}

/** The page as it must be. */
export function faultsPage(): string {
  const heads = [
    ...["Rule", "What is done", "kind", "layer", "SenderStatus", "HTTP", "Words of the error", "Tried again"],
    ...["The controller has the message", "Lost"],
  ];
  const orders = Object.entries(ORDER_RULES);
  return `${
    [
      "# Faults between a device and its controller",
      "",
      "Made by `deno run -A tests/faults/faults_page.ts` from `tests/faults/rules.ts` and `order_rules.ts`; do not edit.",
      "`tests/faults/faults_test.ts` plays every row against a real TLS server, on a new connection and on a kept one, with a",
      "fault that stays and with one that strikes once, and then sends the same message again: it arrives, and no state of the",
      "client has changed. `kind`, `SenderStatus` and the words are what `controllerconn` reports; the device has two ports that",
      "both run into the fault. What nobody took stays with the caller: logs on the disk, reports in memory, the last good",
      "configuration in force (`tests/faults/programs_test.ts`). Where the controller has the message and the device does not",
      "know, it comes twice; every request of a device may.",
      "",
      row(heads),
      row(heads.map(() => "---")),
      ...FAULT_RULES.map(faultRow),
      "",
      "## Doubled and out of order",
      "",
      "Done at the controller's side, at the level of HTTP: TLS makes the order of bytes on one connection fixed. Lost: nothing.",
      "",
      row(["Rule", "What is done", "What the device sees"]),
      row(["---", "---", "---"]),
      ...orders.map(([name, { applied, seen }]) => row([name, applied, seen])),
    ].join("\n")
  }\n`;
}

if (import.meta.main) Deno.writeTextFileSync(faultsPagePath, faultsPage());
