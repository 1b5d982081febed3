import { assertEquals } from "@std/assert";
import { provenMs, supervise, type Supervised, type SuperviseEvent } from "./supervise.ts";

function after(events: readonly [SuperviseEvent, number][]) {
  let state: Supervised = new Map();
  return events.map(([event, now]) => {
    const [next, effects] = supervise(state, event, now);
    state = next;
    return effects;
  });
}

Deno.test("all programs start; the one that fails is started again, later each time", () => {
  const effects = after([
    [{ kind: "begin", programs: ["nim", "zedagent"] }, 0],
    [{ kind: "ended", program: "nim", code: 1 }, 10],
    [{ kind: "restart-timer", program: "nim" }, 1010],
    [{ kind: "ended", program: "nim", code: 1 }, 1020],
  ]);
  assertEquals(effects, [
    [{ kind: "start", program: "nim" }, { kind: "start", program: "zedagent" }],
    [{ kind: "start-later", program: "nim", failures: 1 }],
    [{ kind: "start", program: "nim" }],
    [{ kind: "start-later", program: "nim", failures: 2 }],
  ]);
});

Deno.test("a program that ran long enough begins with the shortest delay again", () => {
  const [, , , again] = after([
    [{ kind: "begin", programs: ["nim"] }, 0],
    [{ kind: "ended", program: "nim", code: 1 }, 10],
    [{ kind: "restart-timer", program: "nim" }, 1010],
    [{ kind: "ended", program: "nim", code: 0 }, 1010 + provenMs],
  ]);
  assertEquals(again, [{ kind: "start-later", program: "nim", failures: 1 }]);
});

Deno.test("client that knows the UUID is done; client that failed is not", () => {
  const [, failed, , done] = after([
    [{ kind: "begin", programs: ["client"] }, 0],
    [{ kind: "ended", program: "client", code: 1 }, 10],
    [{ kind: "restart-timer", program: "client" }, 1010],
    [{ kind: "ended", program: "client", code: 0 }, 2000],
  ]);
  assertEquals(failed, [{ kind: "start-later", program: "client", failures: 1 }]);
  assertEquals(done, [{ kind: "done", program: "client" }]);
});
