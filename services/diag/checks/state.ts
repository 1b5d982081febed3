/** What the programs say of themselves: onboarding, configuration, device, logs. */
import { ConfigGetStatus, DataSecAtRestStatus, DeviceState, isZeroTime, LedBlink } from "../../topics/mod.ts";
import { ledText } from "../bus/led.ts";
import { isOnboarded } from "../bus/view.ts";
import type { Facts } from "../facts/facts.ts";
import type { Check, CheckGroup, Seen } from "./check.ts";

/** From so many waiting log files on, the backlog is worth a word. */
const MANY_FILES = 1000;

/** What no other check stands for. */
const ledFaults: ReadonlySet<number> = new Set([
  LedBlink.OnboardingFailure,
  LedBlink.NoTLSState,
  LedBlink.BadOCSP,
  LedBlink.BadControllerCert,
  LedBlink.BadSignature,
  LedBlink.BadBootstrapConfig,
]);

const checks: readonly Check[] = [
  {
    code: "EVE-CTL-ONBOARD-001",
    title: "the device is not onboarded",
    layer: "onboarding",
    weight: "degraded",
    cause: "the client has not learnt the UUID of the device from the controller yet",
    remedy: "wait a minute; if it stays, look at the client's log",
  },
  {
    code: "EVE-CTL-ONBOARD-002",
    title: "onboarding ends in a conflict",
    layer: "onboarding",
    weight: "broken",
    cause: "the serial number belongs to another device certificate at the controller",
    remedy: "remove the old device at the controller, or give this one its own serial number",
  },
  {
    code: "EVE-CTL-ONBOARD-003",
    title: "the controller does not accept the onboarding",
    layer: "onboarding",
    weight: "broken",
    cause: "onboarding certificate or serial number are not registered at the controller",
    remedy: "register both at the controller; the device tries again by itself",
  },
  {
    code: "EVE-CTL-CONFIG-001",
    title: "the configuration can't be fetched",
    layer: "config",
    weight: "degraded",
    cause: "the controller answers, but not to this request, or with something that can't be used",
    remedy: "look at zedagent's log; the last good configuration stays in force",
  },
  {
    code: "EVE-CTL-CONFIG-002",
    title: "the device runs from its saved configuration",
    layer: "config",
    weight: "degraded",
    cause: "none could be fetched since the start",
    remedy: "wait a few minutes; then look at zedagent's log",
  },
  {
    code: "EVE-CTL-CONFIG-003",
    title: "a part of the configuration was refused",
    layer: "config",
    weight: "degraded",
    cause: "the part is wrong, too large, or names something that this device does not have",
    remedy: "mend it at the controller; the parts beside it are applied, and the old value of this one stays",
  },
  {
    code: "EVE-CTL-CONFIG-004",
    title: "a part of the configuration waits",
    layer: "config",
    weight: "degraded",
    cause: "it needs something that is not there yet",
    remedy: "it is applied as soon as that comes; see what it waits for",
  },
  {
    code: "EVE-DEV-LED-001",
    title: "the LED tells of a fault",
    layer: "device",
    weight: "degraded",
    cause: "the last exchange of a program with the controller, or its start, ended like this",
    remedy:
      "diag --once looks at every layer now; what it does not find has passed, or is in the programs' logs",
  },
  {
    code: "EVE-DEV-RADIO-001",
    title: "radio silence is imposed",
    layer: "device",
    weight: "degraded",
    cause: "a local operator switched all radios off",
    remedy: "lift it at the local operator console when radio is allowed",
  },
  {
    code: "EVE-DEV-MAINT-001",
    title: "the device is in maintenance mode",
    layer: "device",
    weight: "degraded",
    cause: "asked for by the controller, or the vault is locked, or the disk is full",
    remedy: "see the device at the controller for the reason; applications do not start meanwhile",
  },
  {
    code: "EVE-DEV-ATTEST-001",
    title: "attestation fails",
    layer: "device",
    weight: "degraded",
    cause:
      "the measured state of the device is not the one that the controller expects, or the TPM has trouble",
    remedy:
      "accept the new state at the controller if it is wanted (after an update); otherwise look for what has changed",
  },
  {
    code: "EVE-DEV-VAULT-001",
    title: "the vault can't be opened",
    layer: "device",
    weight: "degraded",
    cause: "firmware or boot order have changed, so that the TPM does not release the key",
    remedy:
      "let the device reach the controller, which may hold the key; undo the change of firmware or boot order",
  },
  {
    code: "EVE-LOG-SEND-001",
    title: "the controller takes no logs",
    layer: "logs",
    weight: "degraded",
    cause: "the controller refuses them or has not answered",
    remedy: "look at loguploader's log; the files are kept until they are taken",
  },
  {
    code: "EVE-LOG-BACKLOG-001",
    title: "many log files wait",
    layer: "logs",
    weight: "degraded",
    cause: "the device writes logs faster than they are taken, or was offline for long",
    remedy: "raise the log level, or wait: the oldest are sent first",
  },
  {
    code: "EVE-LOG-QUARANTINE-001",
    title: "log files were set aside",
    layer: "logs",
    weight: "degraded",
    cause: "the controller refused these files for good",
    remedy: "look into /persist/newlog/failedUpload",
  },
];

/** See the head of this file. */
export const stateChecks: CheckGroup = {
  checks,
  look: (facts) =>
    facts.live ? [...onboarding(facts), ...config(facts), ...device(facts), ...logs(facts)] : [],
};

function onboarding({ bus }: Facts): Seen[] {
  if (isOnboarded(bus) || bus.network === undefined) return [];
  const led = bus.led?.BlinkCounter;
  if (led === LedBlink.Conflict) {
    return [{ code: "EVE-CTL-ONBOARD-002", text: "the LED blinks 17: conflict" }];
  }
  if (led === LedBlink.NotFound) {
    return [{ code: "EVE-CTL-ONBOARD-003", text: "the LED blinks 18: not found" }];
  }
  return [{ code: "EVE-CTL-ONBOARD-001", text: "this device has no UUID yet" }];
}

function config(facts: Facts): Seen[] {
  return [...fetched(facts), ...sections(facts)];
}

function sections({ bus }: Facts): Seen[] {
  const inState = (state: string, code: string) => {
    const found = [...bus.sections].filter(([, { State }]) => State === state);
    const text = found.map(([name, { Reason, Since }]) => `${name} since ${Since}: ${Reason}`).join("; ");
    return found.length === 0 ? [] : [{ code, text }];
  };
  return [...inState("refused", "EVE-CTL-CONFIG-003"), ...inState("pending", "EVE-CTL-CONFIG-004")];
}

function fetched({ bus }: Facts): Seen[] {
  switch (bus.zedagent?.ConfigGetStatus) {
    case ConfigGetStatus.ConfigGetFail:
    case ConfigGetStatus.ConfigGetTemporaryFail:
      return [{ code: "EVE-CTL-CONFIG-001", text: "zedagent's last request for it failed" }];
    case ConfigGetStatus.ConfigGetReadSaved:
      return [{ code: "EVE-CTL-CONFIG-002", text: "it was read from /persist/checkpoint/lastconfig" }];
    default:
      return [];
  }
}

function device({ bus }: Facts): Seen[] {
  const { zedagent, network, led } = bus;
  const seen: Seen[] = [];
  const blinks = led?.BlinkCounter ?? 0;
  if (ledFaults.has(blinks)) {
    seen.push({ code: "EVE-DEV-LED-001", text: `it blinks ${blinks}: ${ledText(blinks)}` });
  }
  if (network?.RadioSilence.Imposed) seen.push({ code: "EVE-DEV-RADIO-001", text: "all radios are off" });
  if (zedagent === undefined) return seen;
  const { DeviceState: state, AttestError, VaultErr, VaultStatus } = zedagent;
  if (state === DeviceState.DEVICE_STATE_MAINTENANCE_MODE) {
    seen.push({ code: "EVE-DEV-MAINT-001", text: "maintenance_mode" });
  }
  if (AttestError !== "") seen.push({ code: "EVE-DEV-ATTEST-001", text: AttestError });
  if (VaultErr !== "" && VaultStatus !== DataSecAtRestStatus.DATASEC_AT_REST_DISABLED) {
    seen.push({ code: "EVE-DEV-VAULT-001", text: VaultErr });
  }
  return seen;
}

function logs({ bus, logFolders }: Facts): Seen[] {
  const seen: Seen[] = [];
  const waiting = logFolders?.waiting ?? 0;
  if (bus.logs?.FailedToSend && waiting > 0) {
    const since = bus.logs.FailSentStartTime;
    const when = isZeroTime(since) ? "" : ` since ${since}`;
    seen.push({ code: "EVE-LOG-SEND-001", text: `${waiting} files wait, none was taken${when}` });
  } else if (waiting >= MANY_FILES) {
    seen.push({ code: "EVE-LOG-BACKLOG-001", text: `${waiting} files wait` });
  }
  const aside = logFolders?.quarantined ?? 0;
  if (aside > 0) {
    seen.push({ code: "EVE-LOG-QUARANTINE-001", text: `${aside} files in /persist/newlog/failedUpload` });
  }
  return seen;
}
