/** Waits for something that other tasks bring about. */

/** @throws if it has not come about within 20 s */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + 20_000; !holds();) {
    if (performance.now() > end) throw new Error(`waited 20 s in vain for: ${what}`);
    await new Promise<void>((resolve) => setTimeout(resolve, 10));
  }
}
