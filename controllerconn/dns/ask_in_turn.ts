/** Several who may know the addresses of a name, asked in turn without waiting long for one alone. */
import { abortable } from "../deadline.ts";
import type { Resolved } from "./port_resolver.ts";

/** A server that has said nothing for so long is not waited for alone: the next one is asked as well. */
const STAGGER_MS = 1500;
/** When the last one has failed, an answer of those that are silent may still come for so long. */
const GRACE_MS = 1000;

/** Asks one of them. Rejects where it knows nothing, or when the signal aborts. */
export type Ask = (signal: AbortSignal) => Promise<Resolved>;

/**
 * Asks one after the other, the next one as soon as those before have no answer or have been silent for a while; none is given up
 * before the last has failed, and some time more. Rejects with the error of the last.
 */
export async function firstWithAddress(
  asks: readonly Ask[],
  host: string,
  signal: AbortSignal,
): Promise<Resolved> {
  const ending = new AbortController();
  const onAbort = () => ending.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  const { promise, resolve, reject } = Promise.withResolvers<Resolved>();
  const run = async (ask: Ask) => {
    const answer = await ask(ending.signal);
    if (answer.addresses.length === 0) throw noAddress(host, answer.by);
    resolve(answer);
  };
  const asked: Promise<void>[] = [];
  const all = async () => {
    for (const ask of asks) {
      asked.push(run(ask));
      await silence(Promise.allSettled(asked), STAGGER_MS, ending.signal);
      if (ending.signal.aborted) throw ending.signal.reason;
    }
    await asked.at(-1)?.catch(async (error) => {
      await silence(Promise.allSettled(asked), GRACE_MS, ending.signal);
      throw error;
    });
  };
  all().catch(reject);
  try {
    return await abortable(promise, signal);
  } finally {
    signal.removeEventListener("abort", onAbort);
    ending.abort(new Error("no longer needed"));
  }
}

/** Ends when `work` does, after the pause, or when the signal aborts. */
async function silence(work: Promise<unknown>, milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const onAbort = () => resolve();
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  work.then(onAbort);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}

function noAddress(host: string, by: string): Error {
  return Object.assign(new Error(`${by} knows no address of ${host}`), { code: "ENOTFOUND" });
}
