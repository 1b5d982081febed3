import { assertEquals } from "@std/assert";
import { dateRange, timeRange, weekdayRange } from "./calendar.ts";

/** Wednesday. */
const now = Date.UTC(2026, 10, 25, 17, 30, 15);
const at = (hour: number, minute = 0, second = 0) => Date.UTC(2026, 10, 25, hour, minute, second);

type Case = readonly [args: string, expected: boolean, now?: number];

function holds(range: (args: readonly string[], now: number) => boolean, cases: readonly Case[]): void {
  for (const [args, expected, when = now] of cases) {
    const words = args === "" ? [] : args.split(" ");
    assertEquals(range([...words, "GMT"], when), expected, `${args} GMT`);
    const local = new Date(when);
    const sameClock = Date.UTC(
      local.getFullYear(),
      local.getMonth(),
      local.getDate(),
      local.getHours(),
      local.getMinutes(),
      local.getSeconds(),
    );
    assertEquals(range(words, when), range([...words, "GMT"], sameClock), `${args} local`);
  }
}

Deno.test("weekdayRange", () => {
  holds(weekdayRange, [
    ["WED", true],
    ["wed", true],
    ["THU", false],
    ["MON FRI", true],
    ["WED WED", true],
    ["SAT SUN", false],
    ["FRI MON", false],
    ["SAT WED", true],
    ["TUE MON", true],
    ["", false],
    ["WEDNESDAY", false],
    ["MON XXX", false],
    ["MON WED FRI", false],
    ["3", false],
  ]);
});

Deno.test("dateRange", () => {
  holds(dateRange, [
    ["25", true],
    ["24", false],
    ["20 30", true],
    ["26 30", false],
    ["26 25", true],
    ["NOV", true],
    ["nov", true],
    ["DEC", false],
    ["JAN MAR", false],
    ["OCT JAN", true],
    ["2026", true],
    ["2027", false],
    ["2020 2026", true],
    ["2027 2030", false],
    ["25 NOV", true],
    ["24 DEC", false],
    ["25 NOV 2026", true],
    ["25 NOV 2025", false],
    ["1 JUN 15 AUG", false],
    ["1 NOV 25 NOV", true],
    ["26 NOV 1 MAR", false],
    ["20 NOV 1 MAR", true],
    ["JUN 1995 NOV 2026", true],
    ["JUN 1995 OCT 2026", false],
    ["1 JUN 1995 15 AUG 1995", false],
    ["1 JUN 1995 25 NOV 2026", true],
    ["25 NOV 2026 1 JAN 2027", true],
    ["", false],
    ["0", false],
    ["32", false],
    ["NOVEMBER", false],
    ["25 XXX", false],
    ["1 JUN AUG 15 2026", false],
    ["1 NOV 30", false],
    ["NOV 25 26 NOV", true],
    ["1 2 3", false],
    ["1 JUN 1995 1 JUN 1995 1", false],
    ["-1", false],
    ["1e1", false],
  ]);
});

Deno.test("timeRange", () => {
  holds(timeRange, [
    ["17", true],
    ["16", false],
    ["9 17", true],
    ["18 20", false],
    ["22 6", false],
    ["17 6", true],
    ["22 6", true, at(23)],
    ["22 6", true, at(6, 59, 59)],
    ["22 6", false, at(7)],
    ["8 30 17 30", true],
    ["8 30 17 29", false],
    ["17 31 18 0", false],
    ["23 30 0 30", true, at(0, 30, 59)],
    ["23 30 0 30", false, at(0, 31)],
    ["0 0 0 17 30 15", true],
    ["0 0 0 17 30 14", false],
    ["17 30 16 23 59 59", false],
    ["0 0 0 0 0 30", true, at(0, 0, 30)],
    ["", false],
    ["24", false],
    ["9 60 10 0", false],
    ["9 0 17", false],
    ["9 0 0 17 0", false],
    ["0 0 0 0 23 59 59 59", false],
    ["-1 5", false],
    ["x", false],
    ["9.5 17", false],
  ]);
});
