/** What the LED says, in words (`spec/diag.md §4 E`). Pure. */
import { LedBlink, usableAddresses } from "../../topics/mod.ts";
import type { BusView } from "./view.ts";

const ledTexts: Readonly<Record<number, string>> = {
  [LedBlink.WaitingForAddress]: "no address yet",
  [LedBlink.Connecting]: "trying to reach the controller",
  [LedBlink.Connected]: "controller reached, device not onboarded",
  [LedBlink.Onboarded]: "controller reached, device onboarded",
  [LedBlink.RadioSilence]: "radio silence",
  [LedBlink.OnboardingFailure]: "onboarding failed",
  [LedBlink.NoTLSState]: "an answer without TLS",
  [LedBlink.BadOCSP]: "bad OCSP response",
  [LedBlink.BadControllerCert]:
    "controller certificate problem: it does not lead to /config/root-certificate.pem",
  [LedBlink.BadSignature]: "bad signature in an answer",
  [LedBlink.BadBootstrapConfig]: "bad bootstrap configuration",
  [LedBlink.Conflict]: "onboarding conflict: the serial number belongs to another device certificate",
  [LedBlink.NotFound]:
    "not known to the controller: onboarding certificate or serial number is not registered there",
};

/** In words; a number that has none is told as it is. */
export function ledText(blinkCounter: number): string {
  return ledTexts[blinkCounter] ?? `LED code ${blinkCounter}`;
}

/** The LED as an observer sees it (`spec/diag.md §4 E`); radio silence counts once it is no longer changing (§8). */
export function derivedLed(view: Pick<BusView, "network" | "led">): number {
  const { network, led } = view;
  if (network?.RadioSilence.Imposed && !network.RadioSilence.ChangeInProgress) return LedBlink.RadioSilence;
  if (network === undefined || usableAddresses(network).length === 0) return LedBlink.WaitingForAddress;
  return Math.max(led?.BlinkCounter ?? 0, LedBlink.Connecting);
}
