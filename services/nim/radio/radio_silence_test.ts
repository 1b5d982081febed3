/** Radio silence from request to answer. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { goRadioSilence, type RadioSilence, topics } from "../../topics/mod.ts";
import { decideRadio, initialRadio, isSilent, type RadioEvent, type RadioState } from "./radio_silence.ts";

const at = (second: number) => `2026-08-22T10:00:0${second}Z`;
const request = (second: number, Imposed: boolean, ConfigError = ""): RadioEvent => ({
  kind: "requested",
  request: goRadioSilence.make({ Imposed, ChangeRequestedAt: at(second), ConfigError }),
});
const modems = (...states: string[]): RadioEvent => ({
  kind: "wwan-status",
  status: topics.wwan.WwanStatus.codec.decode(JSON.stringify({
    Networks: states.map((state, index) => {
      const [OpMode, ConfigError = ""] = state.split("!");
      return { LogicalLabel: `m${index}`, Module: { Name: "em", OpMode }, ConfigError };
    }),
  })),
});

/** Runs events in turn: what is published, and what was switched on the way. */
function after(...events: RadioEvent[]): { state: RadioState; switched: boolean[] } {
  let state = initialRadio;
  const switched = events.flatMap((event) => {
    const [next, effects] = decideRadio(state, event);
    state = next;
    return effects.map(({ off }) => off);
  });
  return { state, switched };
}

const published = ({ Imposed, ChangeInProgress, ConfigError }: RadioSilence) => [
  Imposed,
  ChangeInProgress,
  ConfigError,
];

Deno.test("[nim#33] silence is in progress until the modems have answered, then imposed, and nothing is verified", () => {
  const asked = after(request(1, true));
  assertEquals(asked.switched, [true]);
  assertEquals(asked.state.status, {
    Imposed: false,
    ChangeInProgress: true,
    ChangeRequestedAt: at(1),
    ConfigError: "",
  });
  const silent = after(request(1, true), modems("radio-off", "radio-off"));
  assertEquals(published(silent.state.status), [true, false, ""]);
  const leaving = after(request(1, true), modems("radio-off"), request(2, false));
  assertEquals(published(leaving.state.status), [true, true, ""]);
  assertEquals(leaving.switched, [true, false]);
  const left = after(request(1, true), modems(), request(2, false), modems("online"));
  assertEquals(published(left.state.status), [false, false, ""]);
  assertEquals([asked, silent, leaving, left].map(({ state }) => isSilent(state)), [
    false,
    true,
    false,
    false,
  ]);
});

Deno.test("a modem that is still on, or says an error, keeps silence from being imposed; errors are joined", () => {
  const { state } = after(request(1, true), modems("radio-off", "online", "online!no SIM", "radio-off!odd"));
  assertEquals(published(state.status), [
    false,
    false,
    "m1: expected modem em to be radio-off, it is online\nm2: no SIM\nm3: odd",
  ]);
});

Deno.test("a request that is no newer than the last, and a status nobody waits for, change nothing", () => {
  const { state } = after(request(2, true), modems("radio-off"));
  for (const event of [request(2, false), request(1, false), modems("online")]) {
    const [next, effects] = decideRadio(state, event);
    assertStrictEquals(next, state);
    assertEquals(effects, []);
  }
});

Deno.test("a request that zedagent found wrong is told back and not acted on", () => {
  const { state, switched } = after(request(1, true), modems("radio-off"), request(2, false, "can't parse"));
  assertEquals([published(state.status), switched], [[true, false, "can't parse"], [true]]);
  assertEquals(state.status.ChangeRequestedAt, at(2));
});

Deno.test("asked again for what is wanted already, it is applied again and nobody is waited for", () => {
  const { state, switched } = after(request(1, true), modems("radio-off"), request(2, true));
  assertEquals([published(state.status), switched], [[true, false, ""], [true, true]]);
});

Deno.test("radios that can't be switched are not silent; the outcome of an older request does not count", () => {
  const failed: RadioEvent = { kind: "applied", requestedAt: at(1), error: "rfkill: not found" };
  assertEquals(published(after(request(1, true), failed).state.status), [false, false, "rfkill: not found"]);
  assertEquals(published(after(request(1, true), request(2, true), failed).state.status), [false, false, ""]);
  const fine: RadioEvent = { ...failed, error: "" };
  assertEquals(published(after(request(1, true), fine).state.status), [false, true, ""]);
});
