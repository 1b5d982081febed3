/**
 * The bare calls of a bridge: `bare_relay.ts <folder> <name> <socket>`. After each rename to that name it reads the file, parses its
 * JSON and sends the text as one datagram. Says `sync`.
 */
import { datagramSender } from "../datagram.ts";
import { say } from "../stdio.ts";

const [folder = "", name = "", socket = ""] = Deno.args;
const path = `${folder}/${name}`;
const send = datagramSender(socket);
const watcher = Deno.watchFs(folder, { recursive: false });
const encoder = new TextEncoder();
say("sync");
for await (const { kind, paths } of watcher) {
  // One rename gives several events; one of them names its new path alone.
  if (kind !== "rename" || paths.length !== 1 || paths[0] !== path) continue;
  const text = Deno.readTextFileSync(path);
  if (typeof JSON.parse(text) === "object") send(encoder.encode(text));
}
