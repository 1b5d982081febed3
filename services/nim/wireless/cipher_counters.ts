/** `CipherMetrics` of nim: how decrypting Wi-Fi credentials went (`spec/nim.md §11.4`). Pure. */
import { type CipherMetrics, goCipherMetrics } from "../../topics/mod.ts";
import type { CipherOutcome } from "./credentials.ts";

/** Place in `TypeCounters`, the API's `CipherError`. */
const places: Readonly<Record<Exclude<CipherOutcome, "success">, number>> = {
  "cleartext-fallback": 4,
  "missing-fallback": 5,
  "no-cipher": 6,
  "no-data": 7,
};

/** Nothing counted yet. */
export function noCipherCounts(): CipherMetrics {
  return goCipherMetrics.make({ AgentName: "nim", TypeCounters: new Array<number>(8).fill(0) });
}

/** One more. @param now Go time text */
export function countCipher(counts: CipherMetrics, outcome: CipherOutcome, now: string): CipherMetrics {
  if (outcome === "success") {
    return { ...counts, SuccessCount: counts.SuccessCount + 1, LastSuccess: now };
  }
  const types = counts.TypeCounters ?? [];
  return {
    ...counts,
    FailureCount: counts.FailureCount + 1,
    LastFailure: now,
    TypeCounters: types.map((count, place) => place === places[outcome] ? count + 1 : count),
  };
}
