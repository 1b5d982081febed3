/** Durations for people. Pure. */

const units: readonly (readonly [string, number])[] = [
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

/** `90 s`, `10 min`, `1.5 h`, `250 ms`: the largest unit of which there are two at least or a whole number, one digit behind the point. */
export function durationText(ms: number): string {
  const [name, size] = units.find(([, size]) => ms >= 2 * size || (ms >= size && ms % size === 0)) ??
    ["ms", 1];
  return `${Math.round(10 * ms / size) / 10} ${name}`;
}
