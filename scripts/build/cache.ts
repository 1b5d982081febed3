/** The folder outside the checkout where fetched things are kept. */
import { join } from "node:path";

/** `$EVE_COMMS_CACHE`, else `$XDG_CACHE_HOME/eve-comms`, else `~/.cache/eve-comms`. */
export function cacheFolder(): string {
  const given = Deno.env.get("EVE_COMMS_CACHE");
  if (given) return given;
  const base = Deno.env.get("XDG_CACHE_HOME") || join(Deno.env.get("HOME") || "/tmp", ".cache");
  return join(base, "eve-comms");
}
