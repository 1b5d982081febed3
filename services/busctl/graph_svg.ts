/** The graph as a picture that needs nothing else: publishers left, topics in the middle, readers right. Pure. */
import type { Edge } from "./graph.ts";

const ROW = 22;
const TOP = 40;
const COLUMNS = { publisher: 20, topic: 220, subscriber: 760 } as const;
const WIDTH = 960;
const TOPIC_WIDTH = 380;

/** @returns one SVG document; colours follow the reader's scheme */
export function svgText(edges: readonly Edge[]): string {
  const sorted = [...edges].sort((a, b) =>
    a.publisher < b.publisher ? -1 : a.publisher > b.publisher ? 1 : 0
  );
  const readers = [...new Set(sorted.flatMap(({ subscribers }) => subscribers))].sort();
  const rows = Math.max(sorted.length, readers.length);
  const height = TOP + rows * ROW + 20;
  const yOfTopic = (index: number) => TOP + (index + 0.5) * ROW * (rows / Math.max(1, sorted.length));
  const yOfReader = (name: string) =>
    TOP + (readers.indexOf(name) + 0.5) * ROW * (rows / Math.max(1, readers.length));
  const parts: string[] = [];
  sorted.forEach((edge, index) => {
    const y = yOfTopic(index);
    const kind = edge.live ? "live" : edge.present ? "files" : "absent";
    for (const name of edge.subscribers) {
      parts.push(curve(COLUMNS.topic + TOPIC_WIDTH, y, COLUMNS.subscriber - 6, yOfReader(name), kind));
    }
    parts.push(text(COLUMNS.topic, y, edge.topic, kind));
  });
  for (const [publisher, ys] of publisherRows(sorted, yOfTopic)) {
    const middle = ys.reduce((sum, y) => sum + y, 0) / ys.length;
    parts.push(text(COLUMNS.publisher, middle, publisher, "agent"));
    for (const y of ys) parts.push(curve(COLUMNS.publisher + 110, middle, COLUMNS.topic - 6, y, "files"));
  }
  for (const name of readers) parts.push(text(COLUMNS.subscriber, yOfReader(name), name, "agent"));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    "<title>Who publishes what to whom</title>",
    "<style>svg{color-scheme:light dark;background:light-dark(#fff,#111)}text{fill:light-dark(#222,#ddd);dominant-baseline:middle}" +
    ".agent{font-weight:bold}.absent{opacity:.45}.live{fill:light-dark(#067a3a,#4ade80)}" +
    "path{fill:none;stroke:light-dark(#999,#666);stroke-width:1;opacity:.5}path.live{stroke:light-dark(#067a3a,#4ade80);fill:none}</style>",
    ...["publisher", "topic (green: live)", "reader"].map((title, i) =>
      text(Object.values(COLUMNS)[i] ?? 0, 18, title, "head")
    ),
    ...parts,
    "</svg>",
  ].join("\n");
}

function publisherRows(edges: readonly Edge[], yOfTopic: (index: number) => number): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  edges.forEach(({ publisher }, index) => {
    rows.set(publisher, [...rows.get(publisher) ?? [], yOfTopic(index)]);
  });
  return rows;
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text x="${x}" y="${y.toFixed(1)}" class="${kind}">${escape(content)}</text>`;
}

function curve(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  const bend = (x2 - x1) / 2;
  return `<path class="${kind}" d="M${x1} ${y1.toFixed(1)}C${x1 + bend} ${y1.toFixed(1)} ${x2 - bend} ${
    y2.toFixed(1)
  } ${x2} ${y2.toFixed(1)}"/>`;
}

function escape(content: string): string {
  return content.replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
