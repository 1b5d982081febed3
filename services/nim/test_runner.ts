/** Carries out tests: one at a time, the newest wins; with the traces that make a netdump (`spec/nim.md §8, 15`). */
import { type ChildAbort, childAbort, type Device, type NetDumper, type TracedWork } from "../agent/mod.ts";
import type { Tester } from "./connectivity/tester.ts";
import type { TestOutcome } from "./parts.ts";
import type { ProxyFinder } from "./proxy_finder.ts";

/** See {@linkcode openTestRunner}. */
export interface TestRunner {
  /** Ends the one under way without an answer. */
  start(generation: number): void;
  stop(): void;
  /** What becomes of the trace of a test. */
  dump(generation: number, outcome: "ok" | "fail" | "drop"): void;
  /** Resolves when nothing is under way. */
  readonly idle: Promise<unknown>;
}

/** What it works with. */
export interface TestParts {
  readonly tester: Tester;
  readonly proxies: ProxyFinder;
  readonly dumper: NetDumper;
}

/** @param tested told of each test that was not stopped */
export function openTestRunner(
  device: Device,
  { tester, proxies, dumper }: TestParts,
  tested: (generation: number, outcome: TestOutcome) => void,
): TestRunner {
  const traces = new Map<number, TracedWork>();
  const underWay = new Set<Promise<void>>();
  let current: ChildAbort | undefined;

  const test = async (generation: number, own: ChildAbort) => {
    const traced = dumper.begin();
    if (traced !== undefined) traces.set(generation, traced);
    await proxies.idle();
    const outcome = await tester.test(own.signal, traced?.tracer);
    own.release();
    if (own.signal.aborted) dump(generation, "drop");
    else tested(generation, proxies.judge(outcome));
  };
  const dump: TestRunner["dump"] = (generation, outcome) => {
    const traced = traces.get(generation);
    traces.delete(generation);
    if (outcome === "drop") traced?.drop();
    else traced?.publish(outcome);
  };
  return {
    start(generation) {
      current?.abort();
      const own = current = childAbort(device.signal);
      const work = test(generation, own);
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    },
    stop: () => current?.abort(),
    dump,
    get idle() {
      return Promise.all(underWay);
    },
  };
}
