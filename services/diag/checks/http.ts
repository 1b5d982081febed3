/** What the controller answers. */
import { STATUS_CODE } from "@std/http/status";
import type { Check, CheckGroup } from "./check.ts";
import { type PortFailure, seenFailures } from "./requests.ts";

const checks: readonly Check[] = [
  {
    code: "EVE-CTL-HTTP-001",
    title: "the controller does not know this device",
    layer: "http",
    weight: "broken",
    cause: "the device was deleted there, is not registered yet, or belongs to another controller",
    remedy:
      "register the device at the controller (onboarding certificate and serial number), or correct /config/server",
  },
  {
    code: "EVE-CTL-HTTP-002",
    title: "the controller forbids the request",
    layer: "http",
    weight: "broken",
    cause: "the device is suspended there, its attestation is not accepted, or a gateway in front refuses it",
    remedy: "look at the state of the device at the controller",
  },
  {
    code: "EVE-CTL-HTTP-003",
    title: "the controller reports a conflict",
    layer: "http",
    weight: "broken",
    cause: "serial number or certificate are already used by another device",
    remedy: "remove the old device at the controller, or give this one its own serial number",
  },
  {
    code: "EVE-CTL-HTTP-004",
    title: "the controller asks for fewer requests",
    layer: "http",
    weight: "broken",
    cause: "too many devices, or too many requests from this address, in a short time",
    remedy: "wait: the device tries again by itself; if it stays, raise the limit at the controller",
  },
  {
    code: "EVE-CTL-HTTP-005",
    title: "the controller has a fault",
    layer: "http",
    weight: "broken",
    cause: "an error inside the controller, or in the gateway in front of it",
    remedy: "look at the controller's log; the device tries again by itself",
  },
  {
    code: "EVE-CTL-HTTP-006",
    title: "the controller is being upgraded or is overloaded",
    layer: "http",
    weight: "broken",
    cause: "it answered 503",
    remedy: "wait: the device tries again by itself",
  },
  {
    code: "EVE-CTL-HTTP-007",
    title: "the controller does not accept the device's signature",
    layer: "http",
    weight: "broken",
    cause:
      "it answered 401: the device is not onboarded, or its certificate is another one than at the controller",
    remedy: "wait for the onboarding; if it stays, delete the device at the controller and onboard it anew",
  },
  {
    code: "EVE-CTL-HTTP-008",
    title: "what answers is no controller of EVE",
    layer: "http",
    weight: "broken",
    cause:
      "a redirect or a page: a portal of the network that wants a login, or a wrong name in /config/server",
    remedy: "check /config/server; let the device past the portal",
  },
  {
    code: "EVE-CTL-HTTP-009",
    title: "the controller's answer is broken or does not come",
    layer: "http",
    weight: "broken",
    cause:
      "the connection breaks after the handshake: an inspecting proxy, a packet size (MTU) that does not pass, an overloaded controller",
    remedy: "try with a smaller MTU on the port; ask for the log of proxy and controller",
  },
];

const codes: Readonly<Record<number, string>> = {
  [STATUS_CODE.BadRequest]: "EVE-CTL-HTTP-001",
  [STATUS_CODE.Unauthorized]: "EVE-CTL-HTTP-007",
  [STATUS_CODE.Forbidden]: "EVE-CTL-HTTP-002",
  [STATUS_CODE.NotFound]: "EVE-CTL-HTTP-001",
  [STATUS_CODE.Conflict]: "EVE-CTL-HTTP-003",
  [STATUS_CODE.TooManyRequests]: "EVE-CTL-HTTP-004",
  [STATUS_CODE.ServiceUnavailable]: "EVE-CTL-HTTP-006",
};

/** See the head of this file. */
export const httpChecks: CheckGroup = { checks, look: (facts) => seenFailures(facts, codeOf) };

function codeOf({ failure, request, test }: PortFailure): string | undefined {
  const { layer, kind, httpStatus } = failure;
  if (layer !== "http") return undefined;
  // A controller refuses what the onboarding certificate signs; that the device has no other is told already.
  if (request === "uuid" && test.signer === "onboarding" && httpStatus === STATUS_CODE.Unauthorized) {
    return undefined;
  }
  if (kind === "bad-answer" || httpStatus === 0) return "EVE-CTL-HTTP-009";
  return codes[httpStatus] ?? (httpStatus >= 500 ? "EVE-CTL-HTTP-005" : "EVE-CTL-HTTP-008");
}
