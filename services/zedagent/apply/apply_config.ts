/** Applies a configuration, section by section, in the order that other agents rely on (`spec/zedagent.md §6.1`). */
import type { EdgeDevConfig } from "../../../proto/device.ts";
import { toBigInt } from "../../../proto/int64.ts";
import type { Device } from "../../agent/mod.ts";
import { goTime, goTimeOf, intItem, type NodeAgentStatus, zeroTime } from "../../topics/mod.ts";
import type { ConfigResult } from "../config/loop_types.ts";
import { type EdgeNodeNames, edgeNodeNames, noNames } from "../sections/edge_node.ts";
import type { StatusOwner } from "../status.ts";
import { acceptance } from "./accept.ts";
import type { ConfigSource } from "./applier.ts";
import type { ConfigItemsOwner } from "./config_items.ts";
import type { ModeOwner } from "./mode.ts";
import type { objectsApplier } from "./objects.ts";
import { goingDown, type Operations } from "./operations.ts";
import type { portsApplier } from "./ports.ts";
import type { SectionHashes } from "./section_hashes.ts";
import type { SectionReports } from "./section_reports.ts";
import { unusedSections } from "./unused_sections.ts";

/** The owners of what a configuration changes. */
export interface ConfigApplierDeps {
  readonly device: Device;
  readonly devUUID: () => string;
  readonly node: () => NodeAgentStatus;
  /** Short version of the running partition; `""` if nobody knows. */
  readonly runningVersion: () => string;
  readonly status: StatusOwner;
  readonly items: ConfigItemsOwner;
  readonly mode: ModeOwner;
  readonly operations: Operations;
  readonly ports: ReturnType<typeof portsApplier>;
  readonly objects: ReturnType<typeof objectsApplier>;
  readonly reports: SectionReports;
  readonly hashes: Pick<SectionHashes, "hasFailed">;
  /** `controllercert_confighash` is another than before. */
  certsChanged(): void;
  /** `controller_epoch` is another than before. */
  epochChanged(): void;
}

/** See {@linkcode configApplier}. */
export interface ConfigApplier {
  apply(config: EdgeDevConfig, source: ConfigSource): ConfigResult;
  /** Applies once more what could not be written to disk; the controller has nothing new. */
  retryFailed(): void;
  /** Before the first publication: settings, names and epoch only (`§2`, step 5). */
  applyItemsOnly(config: EdgeDevConfig): void;
  readonly names: EdgeNodeNames;
  /** Go times; zero before the first config. */
  readonly lastReceived: string;
  readonly lastProcessed: string;
}

/** Everything is unknown at first; nothing is read from disk. */
export function configApplier(deps: ConfigApplierDeps): ConfigApplier {
  let names = noNames;
  let epoch = 0n;
  let certsHash = "";
  let newestTimestamp: number | undefined;
  let lastResult: ConfigResult | undefined;
  /** Kept only while something of it is missing on disk. */
  let incomplete: { readonly config: EdgeDevConfig; readonly source: ConfigSource } | undefined;
  let lastReceived = zeroTime;
  let lastProcessed = zeroTime;

  const takeEpoch = (config: EdgeDevConfig): boolean => {
    const value = toBigInt(config.controller_epoch);
    const isNew = value !== epoch;
    epoch = value;
    return isNew;
  };

  const applySections = (config: EdgeDevConfig, source: ConfigSource): ConfigResult => {
    const { objects } = deps;
    const orders = source === "controller" || source === "loc";
    objects.applyLocConfig(config);
    deps.items.apply(config.configItems, source === "bootstrap");
    deps.mode.update(config.maintenance_mode);
    const fallback = intItem(deps.items.map, "force.fallback.counter");
    deps.status.set({ ForceFallbackCounter: fallback, CurrentProfile: config.global_profile });
    deps.reports.set("unused", unusedSections(config));

    if (orders) {
      const rebooting = deps.operations.handle("reboot", config.reboot);
      const shuttingDown = deps.operations.handle("shutdown", config.shutdown);
      if (rebooting || shuttingDown) return "skipConfigReboot";
      if (lastResult === "skipConfigReboot" || goingDown(deps.node())) return "skipConfigReboot";
    }
    if (deps.mode.maintenance.on) return "configOK";

    if (source !== "bootstrap") {
      takeCertsHash(config.controllercert_confighash);
      objects.applyCipherContexts(config);
      objects.applyDatastores(config);
      objects.applyLocConfig(config);
    }
    deps.ports.apply(config, source, objects.contexts, {
      timePriority: timestampText(config) ?? lastReceived,
      submittedAt: lastReceived,
    });
    if (source === "bootstrap") return "configOK";

    objects.applyBaseOs(config);
    objects.applyCluster(config);
    objects.applyNetworkInstances(config);
    objects.applyContentTrees(config);
    objects.applyVolumes(config);
    const id: unknown = config.id;
    if (id !== null) objects.applyEdgeNodeInfo(names);
    if (orders && (lastResult === "skipConfigUpdate" || activatesOtherVersion(config))) {
      return "skipConfigUpdate";
    }
    objects.applyApps(config);
    lastProcessed = lastReceived;
    return "configOK";
  };

  function takeCertsHash(hash: string): void {
    if (hash === certsHash) return;
    certsHash = hash;
    deps.certsChanged();
  }

  function activatesOtherVersion(config: EdgeDevConfig): boolean {
    const running = deps.runningVersion();
    const wanted: EdgeDevConfig["baseos"] | null = config.baseos;
    return running !== "" && wanted !== null && wanted.activate && wanted.base_os_version !== running;
  }

  return {
    apply(config, source) {
      const verdict = acceptance(config, deps.devUUID(), newestTimestamp);
      if (verdict.kind !== "accepted") {
        deps.reports.set("id", [verdict.reason]);
        return verdict.kind;
      }
      deps.reports.set("id", []);
      newestTimestamp = verdict.timestamp ?? newestTimestamp;
      lastReceived = timestampText(config) ?? goTime(deps.device.clock.now());
      names = edgeNodeNames(config);
      const newEpoch = takeEpoch(config);
      lastResult = applySections(config, source);
      incomplete = deps.hashes.hasFailed ? { config, source } : undefined;
      if (newEpoch) deps.epochChanged();
      return lastResult;
    },
    retryFailed() {
      if (incomplete === undefined) return;
      lastResult = applySections(incomplete.config, incomplete.source);
      if (!deps.hashes.hasFailed) incomplete = undefined;
    },
    applyItemsOnly(config) {
      names = edgeNodeNames(config);
      takeEpoch(config);
      deps.items.apply(config.configItems, true);
    },
    get names() {
      return names;
    },
    get lastReceived() {
      return lastReceived;
    },
    get lastProcessed() {
      return lastProcessed;
    },
  };
}

/** `config_timestamp` with all its digits, as Go writes it: nim takes it for an identity. */
function timestampText(config: EdgeDevConfig): string | undefined {
  const timestamp: EdgeDevConfig["config_timestamp"] | null = config.config_timestamp;
  if (timestamp === null) return undefined;
  const nanoseconds = timestamp.nanos >= 0 && timestamp.nanos <= 999_999_999 ? timestamp.nanos : 0;
  return goTimeOf({ seconds: timestamp.seconds.toNumber(), nanoseconds });
}
