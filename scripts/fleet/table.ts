/** A result as text. Pure. */
import { textTable } from "../text_table.ts";
import { Histogram } from "./histogram.ts";
import type { FleetResult, Measured } from "./result.ts";

/** In the order in which a device needs them. */
const order = ["onboarding", "certs", "register", "uuid", "attest", "config", "newlogs"];
/** Answers that are as they should be; 304 is a configuration that is known. */
const good = ["ok", "200", "201", "204", "304"];

/** Table and summary, for the terminal and for a page. */
export function resultText(result: FleetResult): string {
  const { devices, onboarded, configured, startedAt, endedAt, lastOnboardedAt, memory, shards } = result;
  const seconds = (endedAt - startedAt) / 1000;
  const onboardingSeconds = Math.max(0.001, (lastOnboardedAt - startedAt) / 1000);
  const names = Object.keys(result.requests).sort((a, b) => rank(a) - rank(b));
  const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0);
  return [
    textTable([
      ["request", "answered", "failed", "a second", "p50 ms", "p90 ms", "p99 ms", "most ms"],
      ...names.map((name) => row(name, result.requests[name], seconds)),
    ]),
    "",
    `devices     ${onboarded} of ${devices} onboarded in ${onboardingSeconds.toFixed(1)} s, ${
      (onboarded / onboardingSeconds).toFixed(1)
    } a second; ${configured} configured; shards ${shards.join(", ")}`,
    `time        ${seconds.toFixed(1)} s`,
    `memory      ${megabytes(memory.before)} MB before, ${
      megabytes(memory.after)
    } MB with all devices in ${memory.processes} ` +
    `process${memory.processes === 1 ? "" : "es"}: ${
      ((memory.after - memory.before) / Math.max(1, devices) / 1024).toFixed(0)
    } kB a device`,
    ...failures(result),
  ].join("\n");
}

/** Requests that failed and devices that are not onboarded. */
export function failureCount({ devices, onboarded, requests }: FleetResult): number {
  return devices - onboarded +
    Object.values(requests).reduce((sum, { outcomes }) => sum + failedOf(outcomes), 0);
}

function row(name: string, measured: Measured | undefined, seconds: number): string[] {
  if (measured === undefined) return [name];
  const latency = Histogram.of(measured.latency);
  const failed = failedOf(measured.outcomes);
  const answered = Object.values(measured.outcomes).reduce((sum, number) => sum + number, 0) - failed;
  const ms = (value: number | undefined) => value === undefined ? "" : value.toFixed(value < 10 ? 2 : 1);
  const shares = [0.5, 0.9, 0.99].map((share) => ms(latency.percentile(share)));
  return [
    name,
    String(answered),
    String(failed),
    (answered / Math.max(seconds, 0.001)).toFixed(1),
    ...shares,
    ms(latency.count === 0 ? undefined : latency.maxMs),
  ];
}

function failures({ requests }: FleetResult): string[] {
  const lines = Object.entries(requests).flatMap(([name, { outcomes }]) =>
    Object.entries(outcomes).filter(([outcome]) => !good.includes(outcome)).map(([outcome, number]) =>
      `  ${name}: ${number} × ${outcome}`
    )
  );
  return lines.length === 0 ? [] : ["failures", ...lines];
}

function failedOf(outcomes: Readonly<Record<string, number>>): number {
  return Object.entries(outcomes).reduce(
    (sum, [name, number]) => sum + (good.includes(name) ? 0 : number),
    0,
  );
}

function rank(name: string): number {
  const found = order.indexOf(name);
  return found === -1 ? order.length : found;
}
