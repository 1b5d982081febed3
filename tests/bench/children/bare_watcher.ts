/** A bare `Deno.watchFs`: `bare_watcher.ts <folder> <name>`. Says `sync`, then `rename <monotonic milliseconds>`. */
import { monotonicMs } from "../monotonic.ts";
import { say } from "../stdio.ts";

const [folder = "", name = ""] = Deno.args;
const path = `${folder}/${name}`;
const watcher = Deno.watchFs(folder, { recursive: false });
monotonicMs();
say("sync");
for await (const { kind, paths } of watcher) {
  const at = monotonicMs();
  // One rename gives several events; one of them names its new path alone.
  if (kind === "rename" && paths.length === 1 && paths[0] === path) say(`rename ${at}`);
}
