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
import { objectsApplier } from "./apply/objects.ts";
import { openOperations, type Operations } from "./apply/operations.ts";
import { portsApplier } from "./apply/ports.ts";
import { openPublications, type Publications } from "./apply/publications.ts";
import { sectionHashes } from "./apply/section_hashes.ts";
import { type SectionReports, sectionReports } from "./apply/section_reports.ts";
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
  readonly reports: SectionReports;
  readonly applier: ConfigApplier;
  readonly ports: ReturnType<typeof portsApplier>;
  readonly local: LocalCommands;
}

/** What the config side asks and tells; called from the event loop only. */
export interface ConfigSideDeps {
  readonly devUUID: () => string;
  readonly node: () => NodeAgentStatus;
  readonly runningVersion: () => string;
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
    left: deps.leftMaintenance,
  });
  const operations = openOperations(device, {
    status,
    node: deps.node,
    apps: local.stopping,
    firstContact: deps.requestDeviceInfo,
  });
  const reports = sectionReports(device, deps.requestDeviceInfo);
  const shared = { device, publications, hashes: sectionHashes(), reports };
  const ports = portsApplier(shared);
  const objects = objectsApplier(shared, {
    devUUID: deps.devUUID,
    setReferencedHashes: deps.setReferencedHashes,
  });
  const applier = configApplier({
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
    reports,
    hashes: shared.hashes,
    certsChanged: deps.certsChanged,
    epochChanged: deps.epochChanged,
  });
  return { publications, status, items, mode, operations, reports, applier, ports, local };
}

/** True if a setting differs between two maps. */
export function itemDiffers(old: ConfigItemValueMap, now: ConfigItemValueMap, key: string): boolean {
  const [left, right] = [old.GlobalSettings[key], now.GlobalSettings[key]];
  return left === undefined || right === undefined ? left !== right : !goConfigItemValue.equal(left, right);
}
