/** `./scripts/run architecture`: writes `docs/architecture.svg` from the imports of the sources and the table of topics. */
import { join } from "node:path";
import { checkout } from "./build/compile.ts";
import { architectureFacts } from "./architecture/facts.ts";
import { architecturePicture } from "./architecture/picture.ts";

Deno.writeTextFileSync(
  join(checkout, "docs", "architecture.svg"),
  architecturePicture(await architectureFacts()),
);
