/** What a probe of all ports means for the configuration under test (`spec/nim.md §8` step 6). Pure. */
import type { ControllerConnError, VerifyResult } from "../../../controllerconn/mod.ts";
import type { TestOutcome } from "../parts.ts";

/** An address or a name server is missing, or too new to be used. */
export function isNotReady({ attempts }: Pick<ControllerConnError, "attempts">): boolean {
  return attempts.some(({ kind }) => kind === "no-address" || kind === "no-dns");
}

/**
 * The text of what is `remote-temporary` is EVE's (`spec/nim.md §7.5` step 5).
 * @param endpoint `host[:port]` that was asked
 * @param retryAfterMs what an answer asked for
 */
export function testOutcome(probed: VerifyResult, endpoint: string, retryAfterMs?: number): TestOutcome {
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  const found = { ports: probed.ports, ...asked };
  if (probed.error === undefined) return { kind: "ok", text: "", ...found };
  const text = probed.error.message;
  if (probed.remoteTempFailure) {
    const wrapped = `Remote temporary failure (endpoint: ${endpoint}): ${text}`;
    return { kind: "remote-temporary", text: wrapped, ...found };
  }
  return { kind: isNotReady(probed.error) ? "not-ready" : "failed", text, ...found };
}

/** Before any port could be tried: no server name, no identity. */
export function untestable(text: string): TestOutcome {
  return { kind: "failed", text, ports: new Map() };
}
