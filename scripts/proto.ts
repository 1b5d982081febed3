// deno-lint-ignore-file no-console
/**
 * `deno task proto`: writes `proto/*.proto` from docs/spec/eve-api.descriptor.json, and `proto/gen/` from those.
 *
 * `deno run -A scripts/proto.ts [DIRECTORY]` writes below DIRECTORY instead of `proto/`.
 * @module
 */

import { dirname, join } from "node:path";
import { generate } from "./proto/generate.ts";

if (import.meta.main) {
  const target = Deno.args[0] ?? join(import.meta.dirname ?? ".", "../proto");
  for (const [path, text] of await generate()) {
    const file = join(target, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, text);
    console.log(`${file} ${new TextEncoder().encode(text).length}`);
  }
}
