/** Lines about the device as a whole (`spec/diag.md §4`, B–E). Pure. */
import {
  AttestState,
  DataSecAtRestStatus,
  DeviceState,
  LedBlink,
  nilUUID,
  PCRStatus,
  type VaultStatus,
  vaultUnlockMethods,
} from "../../topics/mod.ts";
import { derivedLed, ledText } from "../bus/led.ts";
import type { BusView } from "../bus/view.ts";
import type { Facts } from "../facts/facts.ts";
import { type Level, line, type ReportLine } from "./line.ts";

const controllerKey = vaultUnlockMethods.indexOf("controller-key");
const recreated = vaultUnlockMethods.indexOf("recreated");

/** B and C; nothing while zedagent has not published. */
export function deviceLines({ zedagent: status, vault }: BusView): ReportLine[] {
  if (status === undefined) {
    return [line("WARNING", "device: nothing on the bus under zedagent/ZedAgentStatus")];
  }
  const vaultOff = status.VaultStatus === DataSecAtRestStatus.DATASEC_AT_REST_DISABLED;
  const state = nameOf(DeviceState, status.DeviceState).replace("DEVICE_STATE_", "").toLowerCase();
  const unlocked = vault === undefined || vault.UnlockMethod === 0 ? undefined : vault;
  const words = [
    `device: ${state}`,
    `attest: ${nameOf(AttestState, status.AttestState).replace("State", "")}`,
    ...(status.AttestError === "" ? [] : [status.AttestError]),
    `vault: ${nameOf(DataSecAtRestStatus, status.VaultStatus).replace("DATASEC_AT_REST_", "")}`,
    ...(status.VaultErr === "" || vaultOff ? [] : [status.VaultErr]),
    ...(unlocked === undefined ? [] : [unlockWord(unlocked)]),
    `pcr: ${nameOf(PCRStatus, status.PCRStatus).replace("PCR_", "")}`,
  ];
  let level: Level = vaultOff ? "WARNING" : "INFO";
  if (status.DeviceState === DeviceState.DEVICE_STATE_MAINTENANCE_MODE) level = "ERROR";
  if (status.AttestError !== "" || (status.VaultErr !== "" && !vaultOff)) level = "ERROR";
  const method = unlocked?.UnlockMethod;
  if (level === "INFO" && (method === controllerKey || method === recreated)) level = "WARNING";
  return [line(level, words.join(" ")), ...airGapLines(status)];
}

function unlockWord({ UnlockMethod, MismatchingPCRs }: VaultStatus): string {
  const word = `unlock:${vaultUnlockMethods[UnlockMethod] ?? UnlockMethod}`;
  const pcrs = MismatchingPCRs ?? [];
  return UnlockMethod === controllerKey && pcrs.length > 0
    ? `${word} mismatching PCRs [${pcrs.join(" ")}]`
    : word;
}

function airGapLines({ AirgapMode, LOCUrl }: { AirgapMode: boolean; LOCUrl: string }): ReportLine[] {
  if (!AirgapMode) return [];
  return [
    LOCUrl === ""
      ? line("WARNING", "air gap mode, and no local operator console is configured")
      : line("INFO", `air gap mode, local operator console ${LOCUrl}`),
  ];
}

/** E. */
export function ledLine(view: BusView): ReportLine {
  const led = derivedLed(view);
  const level: Level = led === LedBlink.Onboarded
    ? "INFO"
    : led === LedBlink.Connected || led === LedBlink.RadioSilence
    ? "WARNING"
    : "ERROR";
  return line(level, `summary: ${ledText(led)}`);
}

/** Who this is, and how far its clock and its certificate hold: what support asks for first (D16). */
export function identityLines({ bus, release, files, now }: Facts): ReportLine[] {
  const uuid = bus.onboarding?.DeviceUUID ?? nilUUID;
  const model = bus.onboarding?.HardwareModel ?? "";
  const eve = release === "" ? "" : `, EVE ${release}`;
  const { who, notAfter, inTpm } = files.identity;
  const lines = [
    uuid === nilUUID
      ? line("WARNING", `onboarding: this device has no UUID yet${eve}`)
      : line("INFO", `onboarding: device UUID ${uuid}${model === "" ? "" : `, model ${model}`}${eve}`),
  ];
  if (who === "onboarding") {
    lines.push(
      line("WARNING", "identity: no device certificate, the onboarding certificate stands in for it"),
    );
  }
  if (who === "device" && notAfter !== undefined) {
    const until = new Date(notAfter).toISOString().slice(0, 10);
    const level = notAfter < now ? "WARNING" : "INFO";
    const where = inTpm ? "in the TPM" : "in a file";
    lines.push(line(level, `identity: device certificate valid until ${until}, key ${where}`));
  }
  return lines;
}

/** A new version of EVE under test, or just installed. */
export function updateLines({ nodeagent, partitions }: BusView): ReportLine[] {
  const running = [...partitions.values()].find(({ CurrentPartition }) => CurrentPartition);
  const lines = [];
  if (nodeagent?.UpdateInprogress) {
    const left = Math.round(Number(nodeagent.RemainingTestTime) / 1e9);
    const what = `${nodeagent.CurPart || running?.PartitionLabel || "?"} ${running?.ShortVersion ?? ""}`
      .trim();
    lines.push(line("WARNING", `update: ${what} is under test, ${left} s left`));
  }
  for (const { PartitionLabel, PartitionState, ShortVersion, CurrentPartition } of partitions.values()) {
    if (CurrentPartition || PartitionState !== "updating") continue;
    lines.push(
      line("INFO", `update: ${PartitionLabel} ${ShortVersion} is installed, it starts with the next boot`),
    );
  }
  return lines;
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(names).find(([, number]) => number === value)?.[0] ?? String(value);
}
