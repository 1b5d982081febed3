/** Tells when something about links, addresses or routes may have changed: each line of `ip monitor` is a wake-up. */

/**
 * Calls `changed` after each burst of lines until the signal aborts.
 * @returns when the signal has aborted; earlier with what went wrong if `ip` can't run or ends
 */
export async function watchNetwork(changed: () => void, signal: AbortSignal): Promise<string> {
  try {
    const monitor = new Deno.Command("ip", {
      args: ["monitor", "link", "address", "route"],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      signal,
    }).spawn();
    for await (const _ of monitor.stdout) changed();
    const { code } = await monitor.status;
    return `ip monitor ended with ${code}`;
  } catch (error) {
    return `ip monitor can't run: ${error instanceof Error ? error.message : error}`;
  }
}
