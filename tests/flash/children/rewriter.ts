/** Writes files in every way that is told apart: `rewriter.ts <folder>`, where `old` holds `as it was`. */
import { replaceFile } from "../../../services/pubsub/mod.ts";

const [folder = ""] = Deno.args;
const path = (name: string) => `${folder}/${name}`;
replaceFile(path("replaced"), "one");
replaceFile(path("replaced"), "two");
replaceFile(path("same"), 'one\n"quoted" \u20ac');
replaceFile(path("same"), 'one\n"quoted" \u20ac');
Deno.writeTextFileSync(path("old"), "as it was");
await Deno.writeTextFile(path("in-place"), "a");
await Deno.writeTextFile(path("in-place"), "b");
Deno.writeTextFileSync(path("in-place"), "c", { append: true });
Deno.utimeSync(path("in-place"), 1, 1);
Deno.removeSync(path("replaced"));
replaceFile(path("replaced"), "two");
Deno.mkdirSync(path("made"));
Deno.stderr.writeSync(new TextEncoder().encode("five\n"));
