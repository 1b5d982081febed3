/** `./scripts/run linked`: writes anew what is linked into each executable, `scripts/build/linked/<program>.txt`. */
import { linkedList, linkedText } from "./build/linked.ts";
import { executables } from "./permissions.ts";

for (const program of executables) {
  await Deno.writeTextFile(linkedList(program), await linkedText(program));
  console.log(linkedList(program));
}
