/** Successes and failures in `TestResults`. */
import { assertEquals } from "@std/assert";
import { goTestResults, zeroTime } from "../../topics/mod.ts";
import { mergeResults, recordFailure, recordSuccess } from "./results.ts";

const [t1, t2, t3] = ["2026-08-22T10:00:01Z", "2026-08-22T10:00:02Z", "2026-08-22T10:00:03Z"];

Deno.test("a success clears the texts and keeps LastFailed, a failure clears the warning and keeps LastSucceeded", () => {
  const failed = recordFailure({ ...goTestResults.zero(), LastWarning: "w" }, t1, "no route");
  assertEquals(failed, { LastFailed: t1, LastSucceeded: zeroTime, LastError: "no route", LastWarning: "" });
  const works = recordSuccess(failed, t2);
  assertEquals(works, { LastFailed: t1, LastSucceeded: t2, LastError: "", LastWarning: "" });
  assertEquals(recordSuccess(failed, t2, "slow").LastWarning, "slow");
  assertEquals(recordFailure(works, t3, "").LastError, "failed, no reason given");
});

Deno.test("merging a newer result keeps the later of the other times", () => {
  const old = { LastFailed: t2, LastSucceeded: t1, LastError: "old", LastWarning: "" };
  const success = { LastFailed: zeroTime, LastSucceeded: t3, LastError: "", LastWarning: "w" };
  assertEquals(mergeResults(old, success), { ...success, LastFailed: t2 });
  const failure = { LastFailed: t3, LastSucceeded: zeroTime, LastError: "new", LastWarning: "" };
  assertEquals(mergeResults(old, failure), { ...failure, LastSucceeded: t1 });
});
