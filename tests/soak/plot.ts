/** Lines over time below each other, with marks across all of them, as one SVG. Pure; knows nothing of what it shows. */

/** A point: seconds, and a value. */
export type Point = readonly [seconds: number, value: number];

/** A line that breaks where a point is missing for long. */
export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

/** One diagram; its scale begins at 0. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Something that was in force from one second to another; an instant where both are equal. */
export interface Mark {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What the picture shows. */
export interface Picture {
  readonly title: string;
  readonly seconds: number;
  readonly panels: readonly Panel[];
  readonly marks: readonly Mark[];
}

const width = 1100;
const left = 70;
const right = 190;
const panelHeight = 170;
const gap = 46;
const top = 56;
const inner = width - left - right;
/** Told apart by those who see no red or green as well, and dashed from the fifth on. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#000000"];
const shades = ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9"];

/** The picture as the text of an SVG file. */
export function svgOf({ title, seconds, panels, marks }: Picture): string {
  const names = [...new Set(marks.map(({ name }) => name))];
  const height = top + panels.length * (panelHeight + gap) + Math.ceil(names.length / 4) * 18 + 24;
  const x = (second: number) =>
    left + (Math.min(Math.max(second, 0), seconds) / Math.max(seconds, 1)) * inner;
  const bottom = top + panels.length * (panelHeight + gap) - gap;
  const markShapes = marks.map(({ name, from, to }) => {
    const colour = shades[names.indexOf(name) % shades.length];
    const span = Math.max(x(to) - x(from), 1.5);
    return `<rect x="${at(x(from))}" y="${top}" width="${at(span)}" height="${
      bottom - top
    }" fill="${colour}" ` +
      `fill-opacity="${from === to ? 0.6 : 0.13}"><title>${text(name)}, ${at(from)} s</title></rect>`;
  });
  const keys = names.map((name, n) => {
    const [keyX, keyY] = [left + (n % 4) * 250, bottom + 44 + Math.floor(n / 4) * 18];
    return `<rect x="${keyX}" y="${keyY - 10}" width="12" height="12" fill="${shades[n % shades.length]}" ` +
      `fill-opacity="0.5"/><text x="${keyX + 18}" y="${keyY}">${text(name)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${left}" y="24" font-size="16">${text(title)}</text>`,
    ...markShapes,
    ...panels.flatMap((panel, n) => panelShapes(panel, top + n * (panelHeight + gap), x, seconds)),
    ...keys,
    "</svg>",
    "",
  ].join("\n");
}

function panelShapes(panel: Panel, y0: number, x: (second: number) => number, seconds: number): string[] {
  const most = Math.max(1, ...panel.lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const step = niceStep(most / 4);
  const limit = Math.ceil(most / step) * step;
  const y = (value: number) => y0 + panelHeight - (value / limit) * panelHeight;
  const grid: string[] = [];
  for (let value = 0; value <= limit + step / 2; value += step) {
    grid.push(
      `<path d="M${left} ${at(y(value))}H${left + inner}" stroke="#cccccc" stroke-width="0.7"/>` +
        `<text x="${left - 8}" y="${at(y(value) + 4)}" text-anchor="end">${at(value)}</text>`,
    );
  }
  const timeStep = niceStep(seconds / 8);
  for (let second = 0; second <= seconds; second += timeStep) {
    grid.push(
      `<text x="${at(x(second))}" y="${y0 + panelHeight + 16}" text-anchor="middle">${at(second)} s</text>`,
    );
  }
  const lines = panel.lines.map(({ name, points }, n) => {
    const colour = colours[n % colours.length];
    const dash = n < 4 ? "" : ' stroke-dasharray="6 3"';
    const labelY = y0 + 12 + n * 17;
    return `<path d="${pathOf(points, x, y)}" fill="none" stroke="${colour}" stroke-width="1.6"${dash}/>` +
      `<path d="M${left + inner + 14} ${labelY - 4}h22" stroke="${colour}" stroke-width="2.4"${dash}/>` +
      `<text x="${left + inner + 42}" y="${labelY}">${text(name)}</text>`;
  });
  return [
    `<text x="${left}" y="${y0 - 8}" font-weight="bold">${text(panel.title)}</text>`,
    ...grid,
    ...lines,
  ];
}

/** A gap of more than four usual steps lifts the pen. */
function pathOf(
  points: readonly Point[],
  x: (second: number) => number,
  y: (value: number) => number,
): string {
  const steps = points.slice(1).map(([second], n) => second - (points[n]?.[0] ?? 0)).sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)] ?? 0;
  return points.map(([second, value], n) => {
    const before = points[n - 1]?.[0];
    const lifted = before === undefined || second - before > 4 * usual;
    return `${lifted ? "M" : "L"}${at(x(second))} ${at(y(value))}`;
  }).join("");
}

/** 1, 2 or 5 times a power of ten, not below what is asked for. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-9)));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10);
}

function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function text(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}
