import { assertEquals } from "@std/assert";
import { RepairRounds } from "./repair_rounds.ts";
import { pause, until } from "./testdata/fixture.ts";

Deno.test("all scans come in one turn of the event loop, in the order in which they joined", async () => {
  const rounds = new RepairRounds(10);
  const seen: string[] = [];
  const leave = ["a", "b", "c"].map((name) => rounds.join(() => void seen.push(name)));
  await until("two rounds", () => seen.length >= 6);
  leave.forEach((each) => each());
  assertEquals(seen.length % 3, 0);
  assertEquals(seen.slice(0, 6), ["a", "b", "c", "a", "b", "c"]);
});

Deno.test("who has left is not scanned, also if it leaves during a round; without anyone there are no rounds", async () => {
  const rounds = new RepairRounds(5);
  const seen: string[] = [];
  const leaveLast = rounds.join(() => {
    seen.push("first");
    leaveFirst();
  });
  const leaveFirst = rounds.join(() => void seen.push("never"));
  await until("a round", () => seen.length > 0);
  leaveLast();
  const before = seen.length;
  await pause(30);
  assertEquals([seen.length, seen.includes("never")], [before, false]);
  const leaveAgain = rounds.join(() => void seen.push("again"));
  await until("a round of who joined after a pause", () => seen.includes("again"));
  leaveAgain();
});
