/** The runner on a clock that goes faster than life, with requests played by the test. */
import { assertEquals } from "@std/assert";
import { testDevice } from "../agent/test_device.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { startOnboarding } from "./onboarding_runner.ts";
import { initialState } from "./onboarding_state.ts";

const uuid = "7d9c2f7e-5a0b-4c55-9a9e-0f1f2d3c4b5a";

Deno.test("a request that throws, which none should, is told and counts as one that failed: the next pass tries again", async () => {
  await using device = testDevice({ clock: fastClock(200) });
  const reported: string[] = [];
  const sent: string[] = [];
  const broken = (what: string) => {
    sent.push(what);
    if (sent.filter((each) => each === what).length === 1) throw new Error(`${what} is broken`);
  };
  const run = startOnboarding(
    initialState({ selfRegister: true, getUuid: true, retries: 0 }, "c", undefined),
    {
      clock: device.clock,
      random: device.random,
      signal: device.signal,
      requests: {
        async fetchCerts() {
          await Promise.resolve();
          broken("certs");
          return { kind: "accepted", changed: true };
        },
        async register() {
          await Promise.resolve();
          broken("register");
          return { verdict: "success" };
        },
        async getUuid() {
          await Promise.resolve();
          broken("uuid");
          return { kind: "accepted", answer: { uuid } };
        },
      },
      setLed: () => {},
      tell: () => {},
      readServer: () => "c",
      hasCheckpoint: () => false,
      touch: () => {},
      report: (text) => void reported.push(text),
    },
  );
  run.dispatch({ kind: "network", usableAddresses: 1, state: 3 });
  assertEquals(await run.result, { ending: "onboarded", answer: { uuid } });
  assertEquals(sent, ["certs", "certs", "register", "uuid", "register", "uuid"]);
  assertEquals(reported, ["certs is broken", "register is broken", "uuid is broken"]);
});
