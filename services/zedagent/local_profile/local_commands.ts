/**
 * Everything that a local profile server or a LOC can order, put together: the owners of what they have ordered, read from
 * disk at the start, and the tasks that ask the server (`spec/zedagent.md §2`, step 2, `§17`).
 */
import type { Client } from "../../../controllerconn/mod.ts";
import type { CompoundEdgeDevConfig, EdgeDevConfig } from "../../../proto/device.ts";
import { type Device, errorText } from "../../agent/mod.ts";
import type { Publication } from "../../pubsub/mod.ts";
import {
  type AppInstanceConfig,
  type ConfigItemValueMap,
  type DeviceNetworkStatus,
  type DevicePortConfig,
  intItem,
  type NodeAgentStatus,
  topics,
  type ZedAgentStatus,
} from "../../topics/mod.ts";
import { deactivateApps, goingDown } from "../apply/operations.ts";
import type { Publications } from "../apply/publications.ts";
import type { ConfigResult } from "../config/loop_types.ts";
import type { StatusOwner } from "../status.ts";
import { openAppBoot } from "./app_boot.ts";
import { openAppCommands } from "./app_command_owner.ts";
import { openDevCommands } from "./dev_command_owner.ts";
import { openLocalNetwork } from "./local_network.ts";
import { openLocalProfile } from "./local_profile.ts";
import { appsWithLocalOrders, type LocalOrders, volumesWithLocalOrders } from "./local_publications.ts";
import { locationEndpoint } from "./location.ts";
import type { LpsEndpoint } from "./lps_endpoint.ts";
import { type LpsTasks, startLpsTasks } from "./lps_tasks.ts";
import { followLpsTopics, type LpsTopics } from "./lps_topics.ts";
import { openRadioSilence } from "./radio_silence.ts";
import { stoppingInOrder } from "./stop_order.ts";

/** What local commands work with; called from the event loop only. */
export interface LocalCommandDeps {
  readonly status: StatusOwner;
  readonly publications: Publications;
  readonly devUUID: () => string;
  readonly node: () => NodeAgentStatus;
  readonly items: () => ConfigItemValueMap;
}

/** What is there once the gates are open. */
export interface LocalCommandAccess {
  readonly client: Pick<Client, "sendLocal">;
  readonly network: () => DeviceNetworkStatus | undefined;
}

/** See {@linkcode openLocalCommands}. */
export interface LocalCommands {
  /** Apps and volumes with the local counters put in, for the appliers of sections. */
  readonly publications: Publications;
  /** Apps, in the order in which they are stopped. */
  readonly stopping: Publication<AppInstanceConfig>;
  /** `""`: the controller's profile holds. */
  readonly localProfile: string;
  /** The port config to be published under `lps` at the start. */
  readonly portConfig: DevicePortConfig;
  start(access: LocalCommandAccess): void;
  /** A configuration was applied, or refused. @param skipped maintenance mode: only settings were taken */
  applied(config: EdgeDevConfig, result: ConfigResult, skipped: boolean): void;
  /** The commands that a LOC has sent with its configuration, in the order in which they count. */
  orderedByLoc(compound: CompoundEdgeDevConfig): void;
  nodeChanged(): void;
  itemsChanged(): void;
  /** nim has carried out an order for the radios. */
  radioSettled(): void;
  statusChanged(status: ZedAgentStatus): void;
}

/**
 * Reads what was saved; asks nobody.
 * @throws {PubsubError} `owned` if another zedagent runs, `io`
 */
export function openLocalCommands(device: Device, deps: LocalCommandDeps): LocalCommands {
  const { status } = deps;
  const apps = () => deps.publications.AppInstanceConfig.getAll();
  let access: LocalCommandAccess | undefined;
  let tasks: LpsTasks | undefined;
  let followed: LpsTopics | undefined;
  let reportedState = 0;

  const isGoingDown = () => {
    const { RebootCmd, ShutdownCmd, PoweroffCmd } = status.value;
    return RebootCmd || ShutdownCmd || PoweroffCmd || goingDown(deps.node());
  };
  const follow = () =>
    followed ??= followLpsTopics(device, {
      addressesChanged: () => tasks?.serversChanged(),
      appReported(app) {
        if (app !== undefined) appCommands.reported(app);
        if (isGoingDown()) deactivateApps(device, stopping);
        tasks?.trigger("appinfo");
      },
    });
  const republish = (uuids: ReadonlySet<string>, volumes: ReadonlySet<string> = new Set()) => {
    const { VolumeConfig, AppInstanceConfig } = publications;
    for (const [key, value] of VolumeConfig.getAll()) {
      if (volumes.has(value.VolumeID)) publishAgain(device, VolumeConfig, key, value);
    }
    for (const uuid of uuids) {
      const app = AppInstanceConfig.get(uuid);
      if (app !== undefined) publishAgain(device, AppInstanceConfig, uuid, app);
    }
    if (volumes.size > 0) VolumeConfig.signalRestarted();
  };
  const localProfile = openLocalProfile(device, () => status.setLocalProfile(localProfile.localProfile));
  const radio = openRadioSilence(device, {
    current: () => status.value.RadioSilence,
    publish: (RadioSilence) => status.set({ RadioSilence }),
    network: () => access?.network(),
    modems: () => followed?.modems(),
  });
  const appCommands = openAppCommands(device, {
    apps,
    statuses: () => followed?.appStatuses() ?? new Map(),
    republish,
  });
  const devCommands = openDevCommands(device, {
    devUUID: deps.devUUID,
    status: () => status.value,
    node: deps.node,
    collectInfo: device.bus.publication(topics.zedagent.CollectInfoCmd),
    execute(change) {
      status.set(change);
      deactivateApps(device, stopping);
    },
  });
  const network = openLocalNetwork(device, {
    list: () => followed?.portConfigs(),
    status: () => access?.network(),
    publish: (config) => publishAgain(device, deps.publications.DevicePortConfig, "lps", config),
  });
  const appBoot = openAppBoot(device, { apps, republish });
  const endpoints: readonly LpsEndpoint[] = [
    localProfile.endpoint,
    radio.endpoint,
    appCommands.endpoint,
    devCommands.endpoint,
    network.endpoint,
    appBoot.endpoint,
    locationEndpoint(() => followed?.location()),
  ];
  const orders: LocalOrders = {
    counters: appCommands.counters,
    volumeGeneration: appCommands.volumeGeneration,
    bootOrder: appBoot.bootOrder,
  };
  const publications: Publications = {
    ...deps.publications,
    AppInstanceConfig: appsWithLocalOrders(deps.publications.AppInstanceConfig, orders),
    VolumeConfig: volumesWithLocalOrders(deps.publications.VolumeConfig, orders),
  };
  const stopping = stoppingInOrder(
    publications.AppInstanceConfig,
    () => tasks?.serving() ?? new Set(),
    () => followed?.appStatuses() ?? new Map(),
  );
  status.setLocalProfile(localProfile.localProfile);
  status.set({ RadioSilence: { ...status.value.RadioSilence, Imposed: radio.saved } });

  const hasLoc = () => (deps.publications.LOCConfig.get("")?.LocURL ?? "") !== "";
  return {
    publications,
    stopping,
    get localProfile() {
      return localProfile.localProfile;
    },
    get portConfig() {
      return network.config;
    },
    start(given) {
      access = given;
      tasks = startLpsTasks(device, {
        client: given.client,
        endpoints,
        instances: () => deps.publications.NetworkInstanceConfig.getAll(),
        topics: follow,
        intervalMs: ({ name }) => intItem(deps.items(), intervalItem(name)) * 1000,
      });
    },
    applied(config, result, skipped) {
      const address = result === "configOK" && !skipped
        ? config.local_profile_server
        : tasks?.settings.address ?? "";
      const token = result === "configOK" && !skipped
        ? config.profile_server_token
        : tasks?.settings.token ?? "";
      if (hasLoc() || address !== "") follow();
      tasks?.configure({ address, token });
      if (result !== "configOK" || skipped) return;
      appCommands.dropGone(
        uuids(config.apps, (app) => app.uuidandversion?.uuid),
        uuids(config.volumes, ({ uuid }) => uuid),
      );
      appBoot.appsChanged();
      if (address !== "") return;
      localProfile.forget();
      network.forget();
      appBoot.forget();
      if (!hasLoc()) radio.lift();
    },
    orderedByLoc({ radio_config, app_cmd_list, dev_cmd }) {
      if (radio_config !== null) radio.order(radio_config.radio_silence);
      if (app_cmd_list !== null) appCommands.order(app_cmd_list.app_commands);
      if (dev_cmd !== null) devCommands.order(dev_cmd);
    },
    nodeChanged: () => devCommands.nodeChanged(),
    itemsChanged: () => tasks?.intervalsChanged(),
    radioSettled: () => tasks?.trigger("radio"),
    statusChanged({ DeviceState }) {
      if (DeviceState === reportedState) return;
      reportedState = DeviceState;
      tasks?.trigger("devinfo");
    },
  };
}

function intervalItem(name: LpsEndpoint["name"]) {
  return name === "location" ? "timer.location.app.interval" as const : `timer.lps.${name}.interval` as const;
}

/** Whether a list of the configuration has an object with this UUID. */
function uuids<T>(list: readonly T[], of: (item: T) => string | undefined): (uuid: string) => boolean {
  const known = new Set(list.map((item) => of(item)?.toLowerCase()));
  return (uuid) => known.has(uuid);
}

function publishAgain<T>(device: Device, publication: Publication<T>, key: string, value: T): void {
  try {
    publication.publish(key, value);
  } catch (error) {
    device.log.error(
      `${publication.topic.name} ${JSON.stringify(key)}: ${
        errorText(error)
      }; a local order does not reach it`,
    );
  }
}
