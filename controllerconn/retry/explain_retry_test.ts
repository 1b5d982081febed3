import { assertEquals } from "@std/assert";
import { flexTicker } from "./delay_range.ts";
import { durationText } from "./duration_text.ts";
import { explainRetry } from "./explain_retry.ts";
import { everyFailure, localRetryPolicy, retryPolicy } from "./retry_policy.ts";

const golden = `name     first  then           at most  jitter       Retry-After
onboard  1 s    x 2            10 min   +- 10 %      1 h
config   1 min  the same       1 min    30 to 100 %  10 min
queue    1 min  4 min, 15 min  15 min   +- 30 s      1 h
watch    5 s    the same       5 s      +- 10 %      -
upload   10 s   the same       10 s     +- 10 %      1 h

Retry-After: the longest wait that is honoured. A wait that the controller asks for is never cut short, and
never makes a delay shorter than it stands here.

onboard
  what    certificates, registration, UUID
  after   every failure
  ends    a UUID

config
  what    POST config
  after   every failure
  ends    never
  set by  timer.config.interval

queue
  what    a report
  after   no answer, refused for now (401, 403, 407, 408, 429, 5xx)
  ends    delivered, or 9 tries

watch
  what    watching a folder
  after   failure on the device
  ends    never

upload
  what    a file
  after   every failure but: refused (other 4xx)
  ends    taken or refused`;

Deno.test("the timetable, word for word", () => {
  const text = explainRetry([
    retryPolicy({
      name: "onboard",
      what: "certificates, registration, UUID",
      schedule: { kind: "exponential", baseMs: 1_000, factor: 2, capMs: 600_000 },
      until: "a UUID",
    }),
    retryPolicy({
      name: "config",
      what: "POST config",
      schedule: { kind: "fixed", ms: 60_000 },
      setBy: "timer.config.interval",
      jitter: flexTicker,
      retryAfterCapMs: 600_000,
      until: "never",
    }),
    retryPolicy({
      name: "queue",
      what: "a report",
      schedule: { kind: "list", delaysMs: [60_000, 240_000, 900_000] },
      jitter: { kind: "around", ms: 30_000 },
      after: ["no-answer", "refused-retriable"],
      maxAttempts: 9,
      until: "delivered",
    }),
    localRetryPolicy({
      name: "watch",
      what: "watching a folder",
      schedule: { kind: "fixed", ms: 5_000 },
      until: "never",
    }),
    retryPolicy({
      name: "upload",
      what: "a file",
      schedule: { kind: "list", delaysMs: [10_000] },
      after: everyFailure.filter((failure) => failure !== "refused-final"),
      until: "taken or refused",
    }),
  ]);
  assertEquals(text, golden);
});

Deno.test("without policies there is a sentence", () => {
  assertEquals(explainRetry([]), "Nothing is tried again: each thing is asked once.");
});

Deno.test("durations in the largest unit that fits", () => {
  const table: [number, string][] = [
    [0, "0 ms"],
    [250, "250 ms"],
    [1_000, "1 s"],
    [1_500, "1500 ms"],
    [3_912, "3.9 s"],
    [60_000, "1 min"],
    [90_000, "90 s"],
    [150_000, "2.5 min"],
    [3_600_000, "1 h"],
    [86_400_000, "24 h"],
  ];
  for (const [ms, text] of table) assertEquals(durationText(ms), text);
});
