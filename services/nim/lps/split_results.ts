/** Results of tests go where the configuration that was tested came from (`spec/nim.md §9`). Pure. */
import {
  type DevicePortConfig,
  goTestResults,
  type NetworkPortConfig,
  type TestResults,
} from "../../topics/mod.ts";
import type { EffectiveConfig } from "../parts.ts";
import type { Overrides } from "./overrides.ts";

/** See {@linkcode splitResults}. */
export interface Split {
  /** What the list stores. */
  readonly base: DevicePortConfig;
  readonly overrides: Overrides;
}

/**
 * @param tested the effective configuration with its new state and results
 * @param base the one without overrides that it was made of; gets state and results of the whole, and those of the
 * ports that use no override
 */
export function splitResults(
  { dpc: tested, overridden }: Pick<EffectiveConfig, "dpc" | "overridden">,
  { base, overrides }: Split,
): Split {
  const results = new Map((tested.Ports ?? []).map((port) => [port.Logicallabel, resultsOf(port)]));
  const isBase = ({ Logicallabel }: NetworkPortConfig) => !overridden.has(Logicallabel);
  const { State, LastIPAndDNS } = tested;
  const Ports = base.Ports?.map((port) => isBase(port) ? withResults(port, results) : port) ?? null;
  return {
    base: { ...base, ...resultsOf(tested), State, LastIPAndDNS, Ports },
    overrides: new Map(
      [...overrides].map(([label, port]) => [label, isBase(port) ? port : withResults(port, results)]),
    ),
  };
}

function resultsOf(tested: TestResults): TestResults {
  return goTestResults.make(tested);
}

function withResults(port: NetworkPortConfig, results: ReadonlyMap<string, TestResults>): NetworkPortConfig {
  return { ...port, ...results.get(port.Logicallabel) };
}
