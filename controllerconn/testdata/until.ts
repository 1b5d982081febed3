/** Waits for something that other tasks bring about. */

/** @throws if it has not come about within 3 s */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + 3000; !holds();) {
    if (performance.now() > end) throw new Error(`waited 3 s in vain for: ${what}`);
    await new Promise<void>((resolve) => setTimeout(resolve, 10));
  }
}
