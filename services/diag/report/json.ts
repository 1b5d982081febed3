/** The report for scripts: `diag --once --json`. Pure. No key, credential or content of a PAC file is ever in it. */
import { goTime, managementPorts, nilUUID } from "../../topics/mod.ts";
import { version } from "../../agent/mod.ts";
import { oneLine } from "../one_line.ts";
import type { Diagnosis, Finding } from "../checks/evaluate.ts";
import type { Facts } from "../facts/facts.ts";
import { usableOf } from "../facts/network.ts";
import type { PortTest, RequestOutcome } from "../facts/port_outcome.ts";
import type { ReportLine } from "./line.ts";

/** Outcome → exit code of `--once` and `validate`. */
export const exitCodes = { ok: 0, degraded: 1, broken: 2 } as const;

/** A plain value; members are only ever added. */
export function jsonReport(
  { startedAt, trigger, facts, diagnosis, lines }: {
    readonly startedAt: number;
    readonly trigger: string;
    readonly facts: Facts;
    readonly diagnosis: Diagnosis;
    readonly lines: readonly ReportLine[];
  },
) {
  const uuid = facts.bus.onboarding?.DeviceUUID ?? nilUUID;
  const { who, inTpm, notAfter } = facts.files.identity;
  return {
    time: goTime(startedAt),
    trigger,
    version,
    outcome: diagnosis.outcome,
    exitCode: exitCodes[diagnosis.outcome],
    server: oneLine(facts.files.server),
    deviceUUID: uuid === nilUUID ? "" : uuid,
    eveRelease: facts.release,
    identity: { who, inTpm, ...(notAfter === undefined ? {} : { notAfter: goTime(notAfter) }) },
    findings: diagnosis.findings.map(jsonFinding),
    layers: diagnosis.layers.map(({ layer, ifName, state }) => ({
      layer,
      ...(ifName === undefined ? {} : { port: ifName }),
      state,
    })),
    ports: portsOf(facts),
    config: [...facts.bus.sections].map((
      [section, { State, Desired, Applied, Since, Reason, WaitsFor }],
    ) => ({
      section,
      state: State,
      desired: Desired,
      applied: Applied,
      since: Since,
      reason: oneLine(Reason),
      waitsFor: oneLine(WaitsFor),
    })),
    logs: facts.logFolders ?? null,
    report: lines.map(({ level, text }) => ({ level, text })),
  };
}

function jsonFinding({ check, ifName, level, seen }: Finding) {
  const { code, title, layer, cause, remedy } = check;
  return {
    code,
    title,
    layer,
    ...(ifName === undefined ? {} : { port: ifName }),
    level,
    seen,
    cause,
    remedy,
  };
}

function portsOf({ bus, tests, nameServers }: Facts) {
  if (bus.network === undefined) return [];
  const management = new Set(managementPorts(bus.network).map(({ IfName }) => IfName));
  return (bus.network.Ports ?? []).filter(({ IsL3Port }) => IsL3Port).map((port) => {
    const test = tests?.get(port.IfName);
    return {
      name: port.IfName,
      management: management.has(port.IfName),
      up: port.Up,
      cost: port.Cost,
      addresses: usableOf(port),
      nameServers: nameServers.get(port.IfName) ?? (port.DNSServers ?? []).map((server) => ({ server })),
      routers: port.DefaultRouters ?? [],
      ...(test === undefined ? {} : { test: jsonTest(test) }),
    };
  });
}

function jsonTest({ ping, uuid, probes, signer }: PortTest) {
  return {
    signer,
    ping: jsonRequest(ping),
    ...(uuid === undefined ? {} : { uuid: jsonRequest(uuid) }),
    ...(probes.length === 0 ? {} : { probes: probes.map(jsonRequest) }),
  };
}

function jsonRequest({ method, url, tries, success, failures, proxy }: RequestOutcome) {
  return {
    method,
    url: oneLine(url),
    tries,
    ok: success !== undefined,
    ...(success === undefined ? {} : { answer: success }),
    ...(proxy === undefined ? {} : { proxy }),
    failures: failures.map(({ failure: { kind, layer, httpStatus, text }, times }) => ({
      kind,
      layer,
      ...(httpStatus === 0 ? {} : { httpStatus }),
      text: oneLine(text),
      times,
    })),
  };
}
