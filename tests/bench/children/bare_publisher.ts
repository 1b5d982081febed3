/**
 * Bare renames into a folder: `bare_publisher.ts <folder> <folder for temporary files>`; hears and says what `bus_publisher.ts`
 * does. The file to be renamed is made before the rest.
 */
import { bareTemporary } from "../bare_replace.ts";
import { bytesOf, small } from "../bus_value.ts";
import { answerChanges } from "../changes.ts";

const [folder = "", elsewhere = ""] = Deno.args;
await answerChanges((version) => {
  const temporary = bareTemporary(elsewhere, bytesOf(small, small.value(version)));
  return () => Deno.renameSync(temporary, `${folder}/key-0.json`);
});
