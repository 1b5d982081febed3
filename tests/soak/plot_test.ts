import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { niceStep, type Picture, svgOf } from "./plot.ts";

const picture: Picture = {
  title: "Soak <1> & more",
  seconds: 100,
  panels: [
    { title: "Memory", lines: [{ name: "nim", points: [[0, 50], [1, 60], [2, 100], [50, 80], [51, 80]] }] },
    { title: "Empty", lines: [{ name: "none", points: [] }] },
  ],
  marks: [{ name: "kill -9", from: 50, to: 50 }, { name: "port gone", from: 60, to: 80 }],
};

Deno.test("steps of the scale are 1, 2 or 5 times a power of ten", () => {
  assertEquals([0.03, 1, 1.1, 2.5, 6, 70, 100].map(niceStep), [0.05, 1, 2, 5, 10, 100, 100]);
});

Deno.test("lines, marks and keys are drawn, a long gap lifts the pen, and text is escaped", () => {
  const svg = svgOf(picture);
  assertStringIncludes(svg, "Soak &lt;1&gt; &amp; more");
  const path = /<path d="(M[^"]*)" fill="none"/.exec(svg)?.[1] ?? "";
  assertEquals(path.match(/[ML]/g)?.join(""), "MLLML");
  assertEquals(svg.match(/<title>/g)?.length, 2);
  for (const text of [">kill -9</text>", ">port gone</text>", ">Memory</text>", ">nim</text>"]) {
    assertStringIncludes(svg, text);
  }
  assert(!/NaN|Infinity|undefined/.test(svg), svg);
});

Deno.test("a mark lies where its time does", () => {
  const at = (mark: { from: number; to: number }) => {
    const svg = svgOf({ ...picture, marks: [{ name: "m", ...mark }] });
    const [, x, width] = /<rect x="([\d.]+)" y="56" width="([\d.]+)"/.exec(svg) ?? [];
    return [Number(x), Number(width)];
  };
  assertEquals(at({ from: 0, to: 50 }), [70, 420]);
  assertEquals(at({ from: 50, to: 100 }), [490, 420]);
  assertEquals(at({ from: 50, to: 50 }), [490, 1.5]);
});
