import { assertEquals } from "@std/assert";
import { goAppInstanceConfig, goAppInstanceStatus, SwState } from "../../topics/mod.ts";
import { appsToStop } from "./stop_order.ts";

const apps = new Map(["lps", "a", "b"].map((uuid) => [uuid, goAppInstanceConfig.zero()]));
const states = (...list: (readonly [string, number])[]) =>
  new Map(list.map(([uuid, State]) => [uuid, goAppInstanceStatus.make({ State })]));
const stopped = (serving: readonly string[], statuses: ReturnType<typeof states>) =>
  [...appsToStop(apps, new Set(serving), statuses).keys()].join();

Deno.test("apps that serve the local profile are stopped when no other app runs any more", () => {
  assertEquals(stopped(["lps"], states(["lps", SwState.RUNNING], ["a", SwState.RUNNING])), "a,b");
  assertEquals(stopped(["lps"], states(["lps", SwState.RUNNING], ["a", SwState.HALTING])), "a,b");
  assertEquals(stopped(["lps"], states(["lps", SwState.RUNNING], ["a", SwState.HALTED])), "lps,a,b");
  assertEquals(stopped([], states(["a", SwState.RUNNING])), "lps,a,b");
  assertEquals(stopped(["lps"], states()), "lps,a,b");
});
