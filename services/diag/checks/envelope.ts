/** The signed envelope around the controller's answer. */
import { SenderStatus } from "../../../controllerconn/mod.ts";
import type { Check, CheckGroup } from "./check.ts";
import { type PortFailure, seenFailures } from "./requests.ts";

const checks: readonly Check[] = [
  {
    code: "EVE-CTL-ENVELOPE-001",
    title: "the device has no certificates of the controller",
    layer: "envelope",
    weight: "broken",
    cause: "they were not fetched yet, or /persist/checkpoint/controllercerts is damaged",
    remedy: "wait for zedagent to fetch them; if it stays, remove the file, and look at zedagent's log",
  },
  {
    code: "EVE-CTL-ENVELOPE-002",
    title: "an answer is signed by a certificate that the device does not have",
    layer: "envelope",
    weight: "broken",
    cause: "the controller has a new signing certificate, or another controller answers",
    remedy:
      "wait for zedagent to fetch the new certificates; if it stays, the root certificate may be another controller's",
  },
  {
    code: "EVE-CTL-ENVELOPE-003",
    title: "the signature of an answer is wrong",
    layer: "envelope",
    weight: "broken",
    cause: "the answer was changed on its way, or the controller's keys are in disorder",
    remedy: "look for a proxy that changes content; otherwise it is the controller's fault",
  },
  {
    code: "EVE-CTL-ENVELOPE-004",
    title: "an answer is no envelope, or not of a kind that EVE knows",
    layer: "envelope",
    weight: "broken",
    cause: "what answers is no controller of EVE, or a newer one than this device understands",
    remedy: "check /config/server; update EVE",
  },
  {
    code: "EVE-CTL-ENVELOPE-005",
    title: "the stored certificates of the controller do not lead to the root certificate",
    layer: "envelope",
    weight: "broken",
    cause: "/config/root-certificate.pem or the controller was replaced, or a certificate has expired",
    remedy:
      "install the root certificate of this controller; then remove /persist/checkpoint/controllercerts",
  },
  {
    code: "EVE-CTL-ENVELOPE-006",
    title: "the device can't sign",
    layer: "envelope",
    weight: "broken",
    cause: "the TPM does not answer or refuses, or the key can't sign for EVE",
    remedy: "look at the TPM's state; a TPM that was cleared means onboarding anew",
  },
];

/** See the head of this file. */
export const envelopeChecks: CheckGroup = { checks, look: (facts) => seenFailures(facts, codeOf) };

function codeOf({ failure }: PortFailure): string | undefined {
  const { layer, kind, senderStatus } = failure;
  if (layer === "identity") return "EVE-CTL-ENVELOPE-006";
  if (layer !== "envelope") return undefined;
  if (kind === "no-controller-cert") return "EVE-CTL-ENVELOPE-001";
  if (kind === "cert-chain") return "EVE-CTL-ENVELOPE-005";
  if (senderStatus === SenderStatus.SenderStatusCertMiss) return "EVE-CTL-ENVELOPE-002";
  return senderStatus === SenderStatus.SenderStatusSignVerifyFail
    ? "EVE-CTL-ENVELOPE-003"
    : "EVE-CTL-ENVELOPE-004";
}
