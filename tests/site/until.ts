/** Waiting in real time for something that programs do. */

/** How many times as long, and as seldom, as usual is looked: `TEST_PATIENCE`, for machines that are emulated. */
export const patience = Number(Deno.env.get("TEST_PATIENCE") ?? 1);

/**
 * Looks every 20 ms, times {@linkcode patience}, until `look` gives true; what it throws counts as "not yet", and is in the message.
 * @param more what else the message shall say
 * @throws {Error} that names `what`
 */
export async function until(
  what: string,
  look: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
  more: () => string = () => "",
): Promise<void> {
  const deadline = performance.now() + timeoutMs * patience;
  for (;;) {
    let last: unknown;
    try {
      if (await look()) return;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      const why = last === undefined ? "" : ` (${last instanceof Error ? last.message : String(last)})`;
      throw new Error(`waited ${timeoutMs * patience} ms in vain for: ${what}${why}\n${more()}`);
    }
    await pause(20 * patience);
  }
}

/** Milliseconds of real time. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
