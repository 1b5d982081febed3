/** `LedBlinkCounter` in `/run/global`: what the LED should blink (`spec/nim.md §15`). Key `ledconfig`. */
import { goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** Written by several programs, and by the boot script as `{"BlinkCounter": 1}` with a newline. */
export const goLedBlinkCounter = goStruct({ BlinkCounter: goUint8 });
/** See {@linkcode goLedBlinkCounter}. */
export type LedBlinkCounter = GoValue<typeof goLedBlinkCounter>;

/** What the numbers mean. Named after what the operator sees; EVE has the numbers only (`spec/nim.md §15`). */
export const LedBlink = {
  Unknown: 0,
  WaitingForAddress: 1,
  Connecting: 2,
  Connected: 3,
  Onboarded: 4,
  RadioSilence: 5,
  OnboardingFailure: 10,
  NoTLSState: 12,
  BadOCSP: 13,
  BadControllerCert: 14,
  BadSignature: 15,
  BadBootstrapConfig: 16,
  Conflict: 17,
  NotFound: 18,
} as const;
