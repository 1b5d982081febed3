/** Puts the owners of the config side together: status, settings, mode, operations and the appliers of sections. */
import { type Device } from "../agent/mod.ts";
import {
  type ConfigItemValueMap,
  goConfigItemValue,
  type NodeAgentStatus,
  TriState,
  triStateItem,
} from "../topics/mod.ts";
import { type ConfigApplier, configApplier } from "./apply/apply_config.ts";
import { type ConfigItemsOwner, openConfigItems } from "./apply/config_items.ts";
import { type ModeOwner, openMode } from "./apply/mode.ts";
import { storedControllerCerts } from "./apply/controller_certs_view.ts";
import { objectSteps } from "./apply/objects.ts";
import { openOperations, type Operations } from "./apply/operations.ts";
import { portSteps } from "./apply/ports.ts";
import { openPublications, type Publications } from "./apply/publications.ts";
import { type SectionStates, sectionStates } from "./apply/section_states.ts";
import { type LocalCommands, openLocalCommands } from "./local_profile/local_commands.ts";
import { deviceState } from "./sections/maintenance.ts";
import { openStatus, type StatusOwner } from "./status.ts";

/** See {@linkcode openConfigSide}. */
export interface ConfigSide {
  readonly publications: Publications;
  readonly status: StatusOwner;
  readonly items: ConfigItemsOwner;
  readonly mode: ModeOwner;
  readonly operations: Operations;
  readonly sections: SectionStates;
  readonly applier: ConfigApplier;
  readonly local: LocalCommands;
  /** The controller's certificates are others than before: what waits for one is tried again. */
  certificatesArrived(): void;
}

/** What the config side asks and tells; called from the event loop only. */
export interface ConfigSideDeps {
  readonly devUUID: () => string;
  readonly node: () => NodeAgentStatus;
  readonly runningVersion: () => string;
  /** Nobody else carries out orders: a new start of the program counts as the reboot. False where it is absent. */
  readonly restartIsReboot?: boolean;
  /** A config was received, or a saved one was read. */
  readonly haveConfig: () => boolean;
  requestDeviceInfo(): void;
  setReferencedHashes(hashes: ReadonlySet<string>): void;
  certsChanged(): void;
  epochChanged(): void;
  leftMaintenance(): void;
  /** A setting other than before; both maps complete. */
  itemsChanged(old: ConfigItemValueMap, now: ConfigItemValueMap): void;
}

/** @throws {PubsubError} `owned` if another zedagent runs, `io` */
export function openConfigSide(device: Device, deps: ConfigSideDeps): ConfigSide {
  const opened = openPublications(device.bus);
  const status = openStatus(device, (value) => {
    const node = deps.node();
    return deviceState({
      maintenance: value.MaintenanceMode,
      updating: node.UpdateInprogress,
      rebooting: value.RebootCmd || node.DeviceReboot,
      shuttingDown: value.ShutdownCmd || node.DeviceShutdown,
      poweringOff: value.PoweroffCmd || node.DevicePoweroff,
      allDomainsHalted: node.AllDomainsHalted,
      haveConfig: deps.haveConfig(),
    });
  }, (value) => local.statusChanged(value));
  const local = openLocalCommands(device, {
    status,
    publications: opened,
    devUUID: deps.devUUID,
    node: deps.node,
    items: () => items.map,
  });
  const { publications } = local;
  const items = openConfigItems(device, publications.ConfigItemValueMap, (old) => {
    const airgap = triStateItem(items.map, "airgap.mode") === TriState.TS_ENABLED;
    if (airgap !== status.value.AirgapMode) status.set({ AirgapMode: airgap });
    deps.itemsChanged(old, items.map);
    local.itemsChanged();
    deps.requestDeviceInfo();
  });
  const mode = openMode({
    status,
    items: () => items.map,
    node: deps.node,
    left() {
      deps.leftMaintenance();
      applier.retry("maintenance");
    },
  });
  const operations = openOperations(device, {
    status,
    node: deps.node,
    apps: local.stopping,
    restartIsReboot: deps.restartIsReboot ?? false,
    firstContact: deps.requestDeviceInfo,
  });
  const states = sectionStates(device, publications.ConfigSections, deps.requestDeviceInfo);
  const shared = { device, publications, states };
  const objects = objectSteps(shared, {
    devUUID: deps.devUUID,
    controllerCerts: () => storedControllerCerts(device),
    setReferencedHashes: deps.setReferencedHashes,
    requestCerts: deps.certsChanged,
  });
  const ports = portSteps(shared, () => objects.contexts, () => applier.portSource);
  const applier: ConfigApplier = configApplier({
    device,
    devUUID: deps.devUUID,
    node: deps.node,
    runningVersion: deps.runningVersion,
    status,
    items,
    mode,
    operations,
    ports,
    objects,
    states,
    certsChanged: deps.certsChanged,
    epochChanged: deps.epochChanged,
  });
  return {
    publications,
    status,
    items,
    mode,
    operations,
    sections: states,
    applier,
    local,
    certificatesArrived: () => applier.retry("certificates"),
  };
}

/** True if a setting differs between two maps. */
export function itemDiffers(old: ConfigItemValueMap, now: ConfigItemValueMap, key: string): boolean {
  const [left, right] = [old.GlobalSettings[key], now.GlobalSettings[key]];
  return left === undefined || right === undefined ? left !== right : !goConfigItemValue.equal(left, right);
}
