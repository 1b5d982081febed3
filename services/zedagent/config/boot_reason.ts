/** Which saved config a boot starts with (`spec/zedagent.md §5.3`). */

/** `BootReason` values after which `lastconfig` is not suspected of having caused the boot. */
const harmless: readonly number[] = [
  2, // RebootCmd
  3, // Update
  5, // Disconnect
  10, // Kernel
  11, // PowerFail
  12, // Unknown
  14, // PoweroffCmd
  15, // KubeTransition
];

/** Boot reason of a device that nobody told why it booted. */
export const BootReasonUnknown = 12;

/** The files to try, in order. */
export function savedConfigCandidates(bootReason: number): readonly ("primary" | "backup")[] {
  return harmless.includes(bootReason) ? ["primary", "backup"] : ["backup"];
}
