/** The picture in the README is the one that the code gives. */
import { assert, assertEquals } from "@std/assert";
import { checkout } from "../build/compile.ts";
import { architectureFacts } from "./facts.ts";
import { architecturePicture } from "./picture.ts";

Deno.test("docs/architecture.svg is up to date", async () => {
  const committed = Deno.readTextFileSync(`${checkout}/docs/architecture.svg`);
  assertEquals(
    committed,
    architecturePicture(await architectureFacts()),
    "./scripts/run architecture writes it",
  );
});

Deno.test("an import that follows from others is not drawn", () => {
  const imports = new Map([
    ["services/nim", new Set(["services/agent", "services/pubsub"])],
    ["services/agent", new Set(["services/pubsub"])],
  ]);
  const picture = architecturePicture({ imports, topics: new Map() });
  assertEquals(picture.match(/class="import"/g)?.length, 2);
  assert(picture.includes("&lt;topic&gt;"));
});
