import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Edge } from "./graph.ts";
import { dotText } from "./graph_dot.ts";
import { svgText } from "./graph_svg.ts";

const edges: readonly Edge[] = [
  { publisher: "nim", topic: 'nim/A<&"', subscribers: ["client", "diag"], live: true, present: true },
  { publisher: "zedagent", topic: "zedagent/B", subscribers: [], live: false, present: false },
].map((edge) => ({ persistent: false, ...edge }));

Deno.test("DOT names every node and edge; what is not live is dashed", () => {
  const text = dotText(edges);
  assertStringIncludes(text, String.raw`"nim" -> "nim/A<&\"";`);
  assertStringIncludes(text, String.raw`"nim/A<&\"" -> "diag";`);
  assertStringIncludes(text, '"zedagent" -> "zedagent/B" [style=dashed];');
});

Deno.test("the SVG is one well-formed document with each name once, whatever stands in it", () => {
  const text = svgText(edges);
  assert(!text.includes('A<&"'));
  for (const name of ["nim", "zedagent", "client", "diag", "zedagent/B", "nim/A&#60;&#38;&#34;"]) {
    assertEquals(text.split(`>${name}</text>`).length, 2, name);
  }
  assertEquals(text.split("<text").length, text.split("</text>").length);
});
