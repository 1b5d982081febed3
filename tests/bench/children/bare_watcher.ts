/**
 * Bare `Deno.watchFs`s of one folder: `bare_watcher.ts <folder> <name> <seen|parsed> [<watchers>]`. Says `sync`, then after
 * each rename to that name `<version> <monotonic milliseconds> <events so far>`: when the last watcher has the event (`seen`), or
 * has read the file and parsed its JSON (`parsed`; the version is that of a small value).
 */
import { monotonicMs } from "../monotonic.ts";
import { say } from "../stdio.ts";

const [folder = "", name = "", until = "", count = "1"] = Deno.args;
const path = `${folder}/${name}`;
const watchers = Array.from({ length: Number(count) }, () => Deno.watchFs(folder, { recursive: false }));
let [events, reached] = [0, 0];
monotonicMs();
say("sync");
await Promise.all(watchers.map(follow));

async function follow(watcher: Deno.FsWatcher): Promise<void> {
  for await (const { kind, paths } of watcher) {
    events++;
    // One rename gives several events; one of them names its new path alone.
    if (kind !== "rename" || paths.length !== 1 || paths[0] !== path) continue;
    const value = until === "parsed" ? JSON.parse(Deno.readTextFileSync(path)) : {};
    const at = monotonicMs();
    const version = String(value.DeviceName ?? "").slice(1) || "?";
    if (++reached % watchers.length === 0) say(`${version} ${at} ${events}`);
  }
}
