import { assertEquals } from "@std/assert";
import { accountFor, answerMs, type Break, killBreak, type Written } from "./deliveries.ts";

const written: Written[] = [1, 2, 3].map((n) => ({ n, kind: "device", at: n * 1000 }));
const once = written.map(({ n, at }) => ({ n, at: at + 100 }));

Deno.test("each file once: all is well", () => {
  const { once: number, excused, ...bad } = accountFor(written, once, [], []);
  assertEquals([number, excused], [3, { "kill": 0, "controller-stop": 0, "port": 0 }]);
  assertEquals(bad, { written: 3, unexcused: [], repeated: [], quarantined: [], lost: [], strange: [] });
});

Deno.test("what did not arrive is lost, unless it is in failedUpload; what nobody wrote is strange", () => {
  const arrivals = [{ n: 1, at: 1100 }, { n: 9, at: 1100 }];
  const { lost, quarantined, strange } = accountFor(written, arrivals, [], [3]);
  assertEquals([lost, quarantined, strange], [[2], [3], [9]]);
});

Deno.test("a second arrival needs a break between answer and mark", () => {
  const twice = [...once, { n: 2, at: 9000 }];
  const judged = (breaks: readonly Break[]) => {
    const { excused, unexcused } = accountFor(written, twice, breaks, []);
    return [excused.kill, excused["controller-stop"], excused.port, unexcused];
  };
  assertEquals(judged([]), [0, 0, 0, [2]]);
  assertEquals(judged([{ kind: "kill", from: 2200, to: 2200 }]), [1, 0, 0, []]);
  assertEquals(judged([{ kind: "kill", from: 2000, to: 2000 }]), [0, 0, 0, [2]], "killed before it arrived");
  const late = 2100 + answerMs + 1;
  assertEquals(
    judged([{ kind: "kill", from: late, to: late }]),
    [0, 0, 0, [2]],
    "the answer was there long before",
  );
  assertEquals(judged([{ kind: "kill", from: 9001, to: 9001 }]), [0, 0, 0, [2]], "killed after both");
  assertEquals(judged([{ kind: "controller-stop", from: 2150, to: 5000 }]), [0, 1, 0, []]);
  assertEquals(judged([{ kind: "port", from: 1000, to: 2101 }]), [0, 0, 1, []], "it was gone already");
});

Deno.test("each further arrival needs a break of its own", () => {
  const thrice = [...once, { n: 2, at: 20_000 }, { n: 2, at: 40_000 }];
  const kill = (at: number): Break => ({ kind: "kill", from: at, to: at });
  assertEquals(accountFor(written, thrice, [kill(2200)], []).unexcused, [2]);
  assertEquals(accountFor(written, thrice, [kill(2200), kill(20_100)], []).unexcused, []);
});

Deno.test("what a killed process left in the kernel arrives when the cable is back, and only then is a kill before both arrivals a reason", () => {
  const arrivals = [...once.filter(({ n }) => n !== 2), { n: 2, at: 9000 }, { n: 2, at: 9200 }];
  const judged = (at: number, outages: readonly { from: number; to: number }[]) => {
    const { excused, unexcused } = accountFor(written, arrivals, [killBreak(at, outages)], []);
    return [excused.kill, unexcused.length];
  };
  assertEquals(judged(5000, []), [0, 1]);
  assertEquals(judged(5000, [{ from: 3000, to: 7000 }]), [1, 0]);
  assertEquals(judged(5000, [{ from: 3000, to: 5100 }]), [1, 0], "TCP waits as long again");
  assertEquals(judged(5000, [{ from: 4500, to: 5100 }]), [0, 1], "long over");
  assertEquals(judged(5000, [{ from: 6000, to: 8000 }]), [0, 1], "killed before the outage");
});
