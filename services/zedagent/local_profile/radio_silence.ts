/** Radio silence as a local server or a LOC orders it; nim carries it out (`spec/zedagent.md §9, 17`, `/api/v1/radio`). */
import { profile } from "../../../proto/device.ts";
import type { Device } from "../../agent/mod.ts";
import {
  compareTimes,
  type DeviceNetworkStatus,
  goTime,
  type RadioSilence,
  WirelessType,
  type WwanMetrics,
} from "../../topics/mod.ts";
import { cellularModule, providers, simCards } from "../info/cellular.ts";
import { cellularMetrics } from "../metrics/cellular_metrics.ts";
import { type LpsVerdict, tokenFault } from "./exchange.ts";
import { fiveMinutesMs, type LpsEndpoint } from "./lps_endpoint.ts";
import { openSavedFile } from "./saved_file.ts";

/** What the owner works with. */
export interface RadioDeps {
  /** `ZedAgentStatus.RadioSilence` as it is. */
  readonly current: () => RadioSilence;
  publish(silence: RadioSilence): void;
  /** `undefined` before nim has published it. */
  readonly network: () => DeviceNetworkStatus | undefined;
  /** `undefined` where wwan publishes none. */
  readonly modems: () => WwanMetrics | undefined;
}

/** See {@linkcode openRadioSilence}. */
export interface RadioOwner {
  /** What the saved file orders; to be published at the start, so that nim applies it. */
  readonly saved: boolean;
  /** From a LOC: without a token. */
  order(silence: boolean): void;
  /** Nobody can order it any more: the radios are on. */
  lift(): void;
  readonly endpoint: LpsEndpoint;
}

/** Reads `lastradioconfig`, and writes it with the default where there is none. */
export function openRadioSilence(device: Device, deps: RadioDeps): RadioOwner {
  const file = openSavedFile(device, "lastradioconfig");
  const found = read(device, file.load());
  if (found === undefined) file.save(profile.RadioConfig.encode({}).finish());
  const order = (message: { readonly radio_silence: boolean; readonly server_token?: string }) => {
    const next = orderedSilence(deps.current(), message.radio_silence, goTime(device.clock.now()));
    if (next === undefined) return file.confirm();
    file.save(profile.RadioConfig.encode(message).finish());
    device.log.info(`radio silence is ${next.Imposed ? "imposed" : "lifted"}`);
    deps.publish(next);
  };
  return {
    saved: found?.radio_silence ?? false,
    order: (radio_silence) => order({ radio_silence }),
    lift() {
      if (deps.current().Imposed) order({ radio_silence: false });
    },
    endpoint: {
      name: "radio",
      path: "/api/v1/radio",
      throttledMs: fiveMinutesMs,
      repeatsDiscarded: false,
      message() {
        const status = radioStatus(deps.current(), deps.network(), deps.modems());
        return status === undefined ? "not-yet" : profile.RadioStatus.encode(status).finish();
      },
      judge(contents, token): LpsVerdict {
        const message = profile.RadioConfig.decode(contents);
        const reason = tokenFault("RadioConfig", message.server_token, token);
        return reason === undefined
          ? { kind: "accepted", apply: () => order(message) }
          : { kind: "refused", reason };
      },
      nothingNew: () => file.confirm(),
    },
  };
}

/** The silence to be published; `undefined` if that is ordered already. Pure. @param now Go time */
function orderedSilence(
  current: RadioSilence,
  silence: boolean,
  now: string,
): RadioSilence | undefined {
  if (current.Imposed === silence) return undefined;
  return { Imposed: silence, ChangeInProgress: true, ChangeRequestedAt: now, ConfigError: "" };
}

/** The message; `undefined` while nim has not answered the last order. Pure. */
function radioStatus(
  asked: RadioSilence,
  network: DeviceNetworkStatus | undefined,
  modems: WwanMetrics | undefined,
): profile.IRadioStatus | undefined {
  if (network === undefined) return undefined;
  const { RadioSilence: answer, Ports } = network;
  if (answer.ChangeInProgress) return undefined;
  if (compareTimes(asked.ChangeRequestedAt, answer.ChangeRequestedAt) !== 0) return undefined;
  return {
    radio_silence: answer.Imposed,
    config_error: answer.ConfigError,
    cellular_status: (Ports ?? [])
      .filter(({ WirelessStatus }) => WirelessStatus.WType === WirelessType.WirelessTypeCellular)
      .map(({ Logicallabel, WirelessStatus: { Cellular } }) => ({
        logicallabel: Logicallabel,
        module: cellularModule(Cellular),
        sim_cards: simCards(Cellular),
        providers: providers(Cellular),
        config_error: Cellular.ConfigError,
        probe_error: Cellular.ProbeError,
      })),
    cellular_metrics: cellularMetrics(modems),
  };
}

function read(device: Device, bytes: Uint8Array | undefined): profile.RadioConfig | undefined {
  if (bytes === undefined) return undefined;
  try {
    return profile.RadioConfig.decode(bytes);
  } catch {
    device.log.error("lastradioconfig: expected a RadioConfig; the radios are on");
    return undefined;
  }
}
