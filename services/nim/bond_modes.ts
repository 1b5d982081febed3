/** The kernel's names of the bond modes 1 to 7 (`spec/nim.md §5.3`). Pure. */
const names = [
  "balance-rr",
  "active-backup",
  "balance-xor",
  "broadcast",
  "802.3ad",
  "balance-tlb",
  "balance-alb",
];

/** @param mode `Bond.Mode`; `undefined` for one that there is not */
export function bondModeName(mode: number): string | undefined {
  return names[mode - 1];
}

/** @returns `BondStatus.Mode`; 0 for a name that there is not */
export function bondModeOf(name: string): number {
  return names.indexOf(name) + 1;
}
