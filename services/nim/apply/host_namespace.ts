/** Whether this is the machine's own network, which `apply` must not touch unasked (`spec/nim.md §16`). */
import type { Device } from "../../agent/mod.ts";

/**
 * True unless the process is in a named namespace (`ip netns`) or in another one than process 1; what can't be told counts
 * as the machine's own.
 */
export async function isHostNetwork(
  { commands, signal }: Pick<Device, "commands" | "signal">,
  pid: number = Deno.pid,
): Promise<boolean> {
  const { code, stdout } = await commands.run("ip", ["netns", "identify", String(pid)], signal);
  if (code === 0 && stdout.trim() !== "") return false;
  try {
    return Deno.readLinkSync(`/proc/${pid}/ns/net`) === Deno.readLinkSync("/proc/1/ns/net");
  } catch {
    return true;
  }
}
