/** Lines about the device as a whole (`spec/diag.md §4`, B–G). Pure. */
import {
  AttestState,
  DataSecAtRestStatus,
  DeviceState,
  dpcStateName,
  isZeroTime,
  LedBlink,
  nilUUID,
  PCRStatus,
  usableAddresses,
} from "../topics/mod.ts";
import type { BusView } from "./bus_view.ts";
import type { Level, ReportLine } from "./report_line.ts";

const ledTexts: Readonly<Record<number, string>> = {
  [LedBlink.WaitingForAddress]: "no address yet",
  [LedBlink.Connecting]: "trying to reach the controller",
  [LedBlink.Connected]: "controller reached, device not onboarded",
  [LedBlink.Onboarded]: "controller reached, device onboarded",
  [LedBlink.RadioSilence]: "radio silence",
  [LedBlink.OnboardingFailure]: "onboarding failed",
  [LedBlink.NoTLSState]: "an answer without TLS",
  [LedBlink.BadOCSP]: "bad OCSP response",
  [LedBlink.BadControllerCert]:
    "controller certificate problem: it does not lead to /config/root-certificate.pem",
  [LedBlink.BadSignature]: "bad signature in an answer",
  [LedBlink.BadBootstrapConfig]: "bad bootstrap configuration",
  [LedBlink.Conflict]: "onboarding conflict: the serial number belongs to another device certificate",
  [LedBlink.NotFound]:
    "not known to the controller: onboarding certificate or serial number is not registered there",
};

/** The LED as an observer sees it (`spec/diag.md §4 E`). */
export function derivedLed(view: BusView): number {
  if (view.network?.RadioSilence.Imposed) return LedBlink.RadioSilence;
  if (view.network === undefined || usableAddresses(view.network).length === 0) {
    return LedBlink.WaitingForAddress;
  }
  return Math.max(view.led?.BlinkCounter ?? 0, LedBlink.Connecting);
}

/** Summary, onboarding, device and logs, and a finding for each topic that nobody publishes. */
export function summaryLines(view: BusView): ReportLine[] {
  return [
    ...deviceLines(view),
    ledLine(view),
    ...onboardingLines(view),
    ...portConfigLines(view),
    ...logLines(view),
  ];
}

function deviceLines(view: BusView): ReportLine[] {
  const status = view.zedagent;
  if (status === undefined) {
    return [missing("zedagent/ZedAgentStatus", "zedagent does not run, or is not onboarded yet")];
  }
  const vaultOff = status.VaultStatus === DataSecAtRestStatus.DATASEC_AT_REST_DISABLED;
  let level: Level = vaultOff ? "WARNING" : "INFO";
  if (status.DeviceState === DeviceState.DEVICE_STATE_MAINTENANCE_MODE) level = "ERROR";
  if (status.AttestError !== "" || (status.VaultErr !== "" && !vaultOff)) level = "ERROR";
  const state = nameOf(DeviceState, status.DeviceState).replace("DEVICE_STATE_", "").toLowerCase();
  const attest = `attest: ${nameOf(AttestState, status.AttestState).replace("State", "")}`;
  const vault = `vault: ${nameOf(DataSecAtRestStatus, status.VaultStatus).replace("DATASEC_AT_REST_", "")}`;
  const pcr = `pcr: ${nameOf(PCRStatus, status.PCRStatus).replace("PCR_", "")}`;
  const errors = [status.AttestError, vaultOff ? "" : status.VaultErr].filter((text) => text !== "");
  const lines: ReportLine[] = [{
    level,
    text: [`device: ${state}`, attest, vault, pcr, ...errors].join(" "),
  }];
  if (status.AirgapMode) {
    lines.push(
      status.LOCUrl === ""
        ? { level: "WARNING", text: "air gap mode, and no local operator console is configured" }
        : { level: "INFO", text: `air gap mode, local operator console ${status.LOCUrl}` },
    );
  }
  return lines;
}

function ledLine(view: BusView): ReportLine {
  const led = derivedLed(view);
  const level: Level = led === LedBlink.Onboarded
    ? "INFO"
    : led === LedBlink.Connected || led === LedBlink.RadioSilence
    ? "WARNING"
    : "ERROR";
  return { level, text: `summary: ${ledTexts[led] ?? `LED code ${led}`}` };
}

function onboardingLines(view: BusView): ReportLine[] {
  const uuid = view.onboarding?.DeviceUUID ?? nilUUID;
  return uuid === nilUUID
    ? [{ level: "WARNING", text: "onboarding: this device has no UUID yet" }]
    : [{ level: "INFO", text: `onboarding: device UUID ${uuid}, model ${view.onboarding?.HardwareModel}` }];
}

function portConfigLines(view: BusView): ReportLine[] {
  const list = view.portConfigs?.PortConfigList ?? [];
  const lines: ReportLine[] = [];
  if (list.length > 0) {
    const index = view.portConfigs?.CurrentIndex ?? 0;
    list.slice(0, index).forEach((config, i) => {
      lines.push({
        level: "WARNING",
        text: `port config ${config.Key} (priority ${i}) not in use: ${config.LastError}`,
      });
    });
    lines.push(
      index < 0 || list[index] === undefined
        ? { level: "WARNING", text: "no port config works" }
        : { level: "INFO", text: `using port config ${list[index].Key} (priority ${index})` },
    );
    const backups = list.length - 1 - index;
    if (index >= 0 && backups > 0) {
      lines.push({ level: "INFO", text: `${backups} more port configs stand by` });
    }
  }
  if (view.network === undefined) return [...lines, missing("nim/DeviceNetworkStatus", "nim does not run")];
  if (view.network.Testing) lines.push({ level: "WARNING", text: "nim is testing; failures below may pass" });
  const state = dpcStateName(view.network.State);
  lines.push({ level: state === "DPC_SUCCESS" ? "INFO" : "WARNING", text: `state ${state}` });
  return lines;
}

function logLines(view: BusView): ReportLine[] {
  if (view.logs === undefined) {
    return [missing("loguploader/NewlogMetrics", "loguploader does not run, or waits")];
  }
  const { FailedToSend, FailSentStartTime, DevMetrics, AppMetrics } = view.logs;
  const sent = DevMetrics.NumGZipFilesSent + AppMetrics.NumGZipFilesSent;
  const left = DevMetrics.NumGzipFileInDir + AppMetrics.NumGzipFileInDir;
  const text = `logs: ${sent} files delivered, ${left} waiting`;
  if (!FailedToSend || (sent === 0 && left === 0)) return [{ level: "INFO", text }];
  const since = isZeroTime(FailSentStartTime) ? "" : ` since ${FailSentStartTime}`;
  return [{ level: "WARNING", text: `${text}; the controller has not taken any${since}` }];
}

function missing(topic: string, reason: string): ReportLine {
  return { level: "WARNING", text: `nothing on the bus under ${topic}: ${reason}` };
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(names).find(([, number]) => number === value)?.[0] ?? String(value);
}
