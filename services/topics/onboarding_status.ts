/** `zedclient/OnboardingStatus`: who the controller says we are (`spec/client.md §3.1`). Key `global`, persistent. */
import { goUUID } from "./go_bytes.ts";
import { goString } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** Not onboarded yet: the file is absent, or `DeviceUUID` is {@linkcode nilUUID}. */
export const goOnboardingStatus = goStruct({ DeviceUUID: goUUID, HardwareModel: goString });
/** See {@linkcode goOnboardingStatus}. */
export type OnboardingStatus = GoValue<typeof goOnboardingStatus>;
