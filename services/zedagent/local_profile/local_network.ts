/** The owner of the port config that a local server gives; nim puts it over the controller's (`spec/zedagent.md §8.7, 17`). */
import { profile } from "../../../proto/device.ts";
import { type Device, errorText } from "../../agent/mod.ts";
import {
  type DeviceNetworkStatus,
  type DevicePortConfig,
  type DevicePortConfigList,
  goCodec,
  goDevicePortConfig,
  goTime,
} from "../../topics/mod.ts";
import { type LpsVerdict, tokenFault } from "./exchange.ts";
import { emptyLpsConfig, localNetworkConfig, sameLocalNetwork } from "./local_network_config.ts";
import { hourMs, type LpsEndpoint } from "./lps_endpoint.ts";
import { networkInfo } from "./network_info.ts";
import { openSavedFile } from "./saved_file.ts";

/** What the owner works with. */
export interface LocalNetworkDeps {
  readonly list: () => DevicePortConfigList | undefined;
  readonly status: () => DeviceNetworkStatus | undefined;
  /** Under the key `lps`. */
  publish(config: DevicePortConfig): void;
}

/** See {@linkcode openLocalNetwork}. */
export interface LocalNetworkOwner {
  /** To be published at the start, also when it is empty. */
  readonly config: DevicePortConfig;
  /** No server is configured any more: the ports are as the controller wants them. */
  forget(): void;
  readonly endpoint: LpsEndpoint;
}

const codec = goCodec(goDevicePortConfig);

/** Takes up `localnetworkconfig`. */
export function openLocalNetwork(device: Device, deps: LocalNetworkDeps): LocalNetworkOwner {
  const file = openSavedFile(device, "localnetworkconfig");
  let config = read(device, file.load());
  let lastError = "";
  const take = (next: DevicePortConfig) => {
    lastError = "";
    if (sameLocalNetwork(config, next)) return file.confirm();
    config = next;
    file.save(new TextEncoder().encode(codec.encode(config)));
    device.log.info(`local network config with ${config.Ports?.length ?? 0} ports`);
    deps.publish(config);
  };
  return {
    get config() {
      return config;
    },
    forget() {
      if (!sameLocalNetwork(config, emptyLpsConfig)) take(emptyLpsConfig);
    },
    endpoint: {
      name: "network",
      path: "/api/v1/network",
      throttledMs: hourMs,
      repeatsDiscarded: true,
      message() {
        const info = networkInfo({ list: deps.list(), status: deps.status(), local: config, lastError });
        return info === undefined ? "not-yet" : profile.NetworkInfo.encode(info).finish();
      },
      judge(contents, token): LpsVerdict {
        const message = profile.LocalNetworkConfig.decode(contents);
        const reason = tokenFault("LocalNetworkConfig", message.server_token, token);
        if (reason !== undefined) return { kind: "refused", reason };
        const receivedAt = goTime(device.clock.now());
        const found = localNetworkConfig(message.ports, deps.list(), receivedAt);
        if (found.kind === "config") return { kind: "accepted", apply: () => take(found.value) };
        return {
          kind: "accepted",
          apply() {
            if (lastError !== found.reason) {
              device.log.error(`local network config: ${found.reason}; the ports stay as they are`);
            }
            lastError = found.reason;
          },
        };
      },
      nothingNew: () => void (lastError = ""),
      notFound: () => take(emptyLpsConfig),
      failed: (reasons) => void (lastError = reasons.find((reason) => reason.includes("token")) ?? lastError),
    },
  };
}

function read(device: Device, bytes: Uint8Array | undefined): DevicePortConfig {
  if (bytes === undefined) return emptyLpsConfig;
  try {
    return { ...codec.decode(new TextDecoder().decode(bytes)), Version: 1, Key: "lps" };
  } catch (error) {
    device.log.error(`localnetworkconfig: ${errorText(error)}; no port has a local config`);
    return emptyLpsConfig;
  }
}
