import { assertEquals } from "@std/assert";
import { testDevice } from "../agent/test_device.ts";
import { startMachine } from "./machine.ts";

type Effect = { readonly kind: "note" | "send" | "throw"; readonly number: number };

Deno.test("events one at a time, effects in order; one that throws is told and holds nothing back", async () => {
  await using device = testDevice();
  const seen: string[] = [];
  const machine = startMachine<number, number, Effect>(device, {
    initial: 0,
    step: (state, event) => ({
      state: state + event,
      effects: event === 1
        ? [{ kind: "send", number: 2 }, { kind: "throw", number: 1 }, { kind: "note", number: 1 }]
        : [{ kind: "note", number: event }],
    }),
    perform({ kind, number }) {
      if (kind === "throw") throw new Error("no");
      if (kind === "send") machine.send(number);
      else seen.push(`note ${number}, state ${machine.state}`);
    },
    stepped: (before, now) => void seen.push(`${before} to ${now}`),
  });
  machine.send(1);
  assertEquals(seen, ["note 1, state 1", "0 to 1", "note 2, state 3", "1 to 3"]);
  assertEquals(device.logged, ["ERROR throw failed: no; it goes on with what comes next"]);
  device.end();
  machine.send(5);
  assertEquals([machine.state, seen.length], [3, 4]);
});
