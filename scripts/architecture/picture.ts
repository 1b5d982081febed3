/** Draws the rooms, what they import, and the bus below them. Pure: the same facts give the same text. */

/** What is drawn. */
export interface Facts {
  /** Room → the rooms that it imports directly. */
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>;
  /** Program → topics that it publishes, topics of others that it reads. */
  readonly topics: ReadonlyMap<string, { readonly publishes: number; readonly reads: number }>;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly title: string;
  readonly lines: readonly string[];
}

const height = 58;
const five = ["client", "zedagent", "loguploader", "nim", "diag"] as const;
const beside = ["bridge", "busctl"] as const;
const words: Readonly<Record<string, string>> = {
  "controllerconn": "ports, DNS, proxies, TLS, envelopes, retries",
  "proto": "messages of the device API",
  "services/agent": "life cycle, arguments, log, watchdog",
  "services/topics": "the JSON of each topic",
  "services/pubsub": "the bus as directories",
  "services/std": "@std/log, @std/http …",
  "services/client": "onboards",
  "services/zedagent": "config, reports",
  "services/loguploader": "delivers logs",
  "services/nim": "management ports",
  "services/diag": "says what is wrong",
  "services/bridge": "sockets for Go",
  "services/busctl": "shows the bus",
  "services/zedbox": "the five in one file",
};

/** An SVG of 960 × 640, readable on light and dark ground. */
export function architecturePicture(facts: Facts): string {
  const boxes = placed(facts);
  const arrows = [...boxes].flatMap(([room, from]) =>
    [...direct(facts.imports, room)].flatMap((target) => {
      const to = boxes.get(target);
      return to === undefined ? [] : [importArrow(from, to)];
    })
  );
  const bus = boxOf(20, 560, 920, "/run/<agent>/<topic>/<key>.json    /persist/status/…", [
    "the pubsub directory, which EVE's other agents read and write too",
  ]);
  const controller = boxOf(250, 10, 460, "controller", ["HTTPS, signed envelopes (AuthContainer)"]);
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 640" width="960" height="640" font-family="sans-serif">',
    "<title>eve-comms: rooms, imports, and the bus</title>",
    "<style>rect{fill:#f6f8fa;stroke:#57606a}.out{fill:#ddf4ff}text{fill:#1f2328}.small{font-size:11px;fill:#57606a}" +
    ".title{font-size:14px;font-weight:bold}.import{stroke:#8c959f;fill:none}.bus{stroke:#0969da;stroke-dasharray:5 3;fill:none}" +
    "</style>",
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">' +
    '<path d="M0 0 8 4 0 8z" fill="#8c959f"/></marker></defs>',
    '<rect x="0" y="0" width="960" height="640" style="fill:#ffffff;stroke:none"/>',
    '<path class="bus" d="M480 68V110M170 528V560"/>',
    ...arrows,
    ...[...boxes.values()].map((box) => drawn(box)),
    drawn(controller, "out"),
    drawn(bus, "out"),
    '<text class="small" x="20" y="634">gray: imports (those that follow from others left out) · blue, dashed: on the wire and on the bus</text>',
    "</svg>\n",
  ].join("\n");
}

function placed({ topics }: Facts): ReadonlyMap<string, Box> {
  const boxes = new Map<string, Box>();
  const put = (room: string, x: number, y: number, width: number, more: readonly string[] = []) => {
    boxes.set(room, boxOf(x, y, width, room.replace("services/", ""), [words[room] ?? "", ...more]));
  };
  put("services/zedbox", 20, 110, 660);
  for (const [index, name] of five.entries()) {
    const { publishes = 0, reads = 0 } = topics.get(name) ?? {};
    put(`services/${name}`, 20 + index * 134, 210, 124, [`${publishes} topics out, ${reads} in`]);
  }
  for (const [index, name] of beside.entries()) put(`services/${name}`, 700 + index * 126, 210, 114);
  put("services/agent", 20, 310, 700);
  put("proto", 740, 310, 200);
  put("services/topics", 20, 390, 460);
  put("controllerconn", 500, 470, 440);
  put("services/pubsub", 20, 470, 300);
  put("services/std", 340, 470, 140);
  return boxes;
}

function boxOf(x: number, y: number, width: number, title: string, lines: readonly string[]): Box {
  return { x, y, width, title, lines };
}

/** Without those that are imported by another imported room: they would only make a web. */
function direct(imports: Facts["imports"], room: string): ReadonlySet<string> {
  const own = imports.get(room) ?? new Set<string>();
  const through = new Set([...own].flatMap((other) => [...reach(imports, other)]));
  return new Set([...own].filter((other) => !through.has(other)));
}

function reach(imports: Facts["imports"], room: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const other of imports.get(room) ?? []) {
    if (seen.has(other)) continue;
    seen.add(other);
    reach(imports, other, seen);
  }
  return seen;
}

function importArrow(from: Box, to: Box): string {
  const low = Math.max(from.x, to.x);
  const high = Math.min(from.x + from.width, to.x + to.width);
  const meet = (low + high) / 2;
  const [x1, x2] = low < high ? [meet, meet] : [middle(from), middle(to)];
  return `<path class="import" marker-end="url(#tip)" d="M${x1} ${from.y + height}L${x2} ${to.y}"/>`;
}

function middle({ x, width }: Box): number {
  return x + width / 2;
}

function drawn({ x, y, width, title, lines }: Box, className = ""): string {
  const text = (line: string, index: number) =>
    `<text class="${index === 0 ? "title" : "small"}" x="${x + 8}" y="${y + 18 + index * 16}">${
      escaped(line)
    }</text>`;
  const kind = className === "" ? "" : ` class="${className}"`;
  return [
    `<rect${kind} x="${x}" y="${y}" width="${width}" height="${height}" rx="4"/>`,
    ...[title, ...lines].map(text),
  ].join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
