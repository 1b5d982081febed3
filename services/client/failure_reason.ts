/** Why onboarding does not get on, where people can do something about it: LED, exit code and words for each. Pure. */
import { ControllerConnError, type ControllerConnErrorKind } from "../../controllerconn/mod.ts";
import { LedBlink } from "../topics/mod.ts";
import { isPlaceholder } from "./placeholder_serial.ts";

/** What the last pass failed for. Anything else that goes wrong has no name here. */
export type FailureReason =
  /** The controller has no entry for this device, or none any more. */
  | "unknown-device"
  /** Serial number and onboarding certificate belong to another device there. */
  | "conflict"
  /** The controller's certificates lead to no certificate of `/config/root-certificate.pem`. */
  | "bad-root"
  /** The controller's certificates are not valid at the time of our clock. */
  | "untimely-clock";

/** Exit codes after `-r N` retries; 1 for a failure that has no name. */
export const reasonExitCodes: Readonly<Record<FailureReason, number>> = {
  "unknown-device": 3,
  "conflict": 4,
  "bad-root": 5,
  "untimely-clock": 6,
};

/** Blink codes, all of them known to EVE's readers. */
export const reasonLeds: Readonly<Record<FailureReason, number>> = {
  "unknown-device": LedBlink.NotFound,
  "conflict": LedBlink.Conflict,
  "bad-root": LedBlink.BadControllerCert,
  "untimely-clock": LedBlink.OnboardingFailure,
};

/** What the words need to know. */
export interface ReasonFacts {
  /** As in `/config/server`. */
  readonly server: string;
  /** Product serial number; `""` if there is none. */
  readonly serial: string;
  readonly softSerial: string;
  /** The device's clock, milliseconds since 1970. */
  readonly now: number;
}

/** What is wrong and what helps. */
export function reasonText(reason: FailureReason, facts: ReasonFacts): string {
  const { server, now } = facts;
  switch (reason) {
    case "unknown-device":
      return `${server} does not know this device: its onboarding certificate and serial number (${
        serials(facts)
      }) have to be entered there`;
    case "conflict":
      return `another device is registered at ${server} with the same onboarding certificate and serial number (${
        serials(facts)
      }): remove that one there, or give this one a number of its own in /config/soft_serial${doubt(facts)}`;
    case "bad-root":
      return `the certificates of ${server} lead to no certificate in /config/root-certificate.pem: that file belongs to ` +
        `another controller, or somebody else answers in place of this one`;
    case "untimely-clock":
      return `the certificates of ${server} are not valid at ${
        new Date(now).toISOString()
      }, the time of this ` +
        `device: its clock is wrong and has to be set, or they have run out`;
  }
}

/** The certificate fault in an error of a request or of a list of certificates; `undefined` for any other error. */
export function reasonOfError(error: unknown): FailureReason | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (!(each instanceof ControllerConnError)) continue;
    const kinds: readonly ControllerConnErrorKind[] = [each.kind, ...each.attempts.map(({ kind }) => kind)];
    if (kinds.includes("cert-not-yet-valid") || kinds.includes("cert-expired")) return "untimely-clock";
    if (kinds.includes("cert-unknown-authority")) return "bad-root";
  }
  return undefined;
}

function serials({ serial, softSerial }: ReasonFacts): string {
  const shown = (what: string, number: string) =>
    `${what} ${number === "" ? "none" : JSON.stringify(number)}`;
  return `${shown("product", serial.trim())}, ${shown("soft", softSerial.trim())}`;
}

function doubt({ serial }: ReasonFacts): string {
  return isPlaceholder(serial) ? `; ${JSON.stringify(serial.trim())} is what many boards say` : "";
}
