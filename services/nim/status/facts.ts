/** What the status takes besides the inputs that nim's folders share. */
import type { PNACStatus } from "../../topics/mod.ts";
import type { StatusInputs } from "../parts.ts";

/** All but the shared inputs may be absent: what nobody has read is published as zero. */
export interface StatusFacts extends StatusInputs {
  /** Interface name → state of 802.1X. */
  readonly pnac?: ReadonlyMap<string, Omit<PNACStatus, "Enabled">>;
}
