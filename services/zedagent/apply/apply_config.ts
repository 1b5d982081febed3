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
import type { ObjectSteps } from "./objects.ts";
import { goingDown, type Operations, type OpsKind } from "./operations.ts";
import type { PortSource } from "./ports.ts";
import type { Waits } from "./section_state.ts";
import type { SectionStates } from "./section_states.ts";
import { holdSteps, runSteps, type SectionStep } from "./section_step.ts";
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
  readonly ports: readonly SectionStep[];
  readonly objects: ObjectSteps;
  readonly states: SectionStates;
  /** `controllercert_confighash` is another than before. */
  certsChanged(): void;
  /** `controller_epoch` is another than before. */
  epochChanged(): void;
}

/** See {@linkcode configApplier}. */
export interface ConfigApplier {
  apply(config: EdgeDevConfig, source: ConfigSource): ConfigResult;
  /** Works once more on the sections that wait for this; the controller has nothing new. */
  retry(waits: Waits): void;
  /** Before the first publication: settings, names and epoch only (`§2`, step 5). */
  applyItemsOnly(config: EdgeDevConfig): void;
  readonly names: EdgeNodeNames;
  /** Of the configuration that is being applied. */
  readonly portSource: PortSource;
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
  /** Kept only while something of it waits for what this program is told of. */
  let incomplete: { readonly config: EdgeDevConfig; readonly source: ConfigSource } | undefined;
  let isApplying = false;
  let portSource: PortSource = { source: "controller", timePriority: zeroTime, submittedAt: zeroTime };
  let lastReceived = zeroTime;
  let lastProcessed = zeroTime;

  const takeEpoch = (config: EdgeDevConfig): boolean => {
    const value = toBigInt(config.controller_epoch);
    const isNew = value !== epoch;
    epoch = value;
    return isNew;
  };

  const applySections = (config: EdgeDevConfig, source: ConfigSource): ConfigResult => {
    const { objects, states } = deps;
    const run = (steps: readonly SectionStep[]) => runSteps(states, steps, config);
    const hold = (steps: readonly SectionStep[], waits: Waits, reason: string) =>
      holdSteps(states, steps, config, waits, reason);
    const isBootstrap = source === "bootstrap";
    const orders = source === "controller" || source === "loc";
    const rest = isBootstrap
      ? deps.ports
      : [...objects.encryption, ...deps.ports, ...objects.objects, ...objects.apps];

    run([objects.loc]);
    deps.items.apply(config.configItems, isBootstrap);
    deps.mode.update(config.maintenance_mode);
    const fallback = intItem(deps.items.map, "force.fallback.counter");
    deps.status.set({ ForceFallbackCounter: fallback, CurrentProfile: config.global_profile });
    states.settle("unused", { refused: unusedSections(config) });

    if (orders) {
      const rebooting = accepts("reboot", config.reboot);
      const shuttingDown = accepts("shutdown", config.shutdown);
      if (rebooting || shuttingDown || lastResult === "skipConfigReboot" || goingDown(deps.node())) {
        hold(rest, "reboot", "the device is going down");
        return "skipConfigReboot";
      }
    }
    if (deps.mode.maintenance.on) {
      hold(rest, "maintenance", "the device is in maintenance mode");
      return "configOK";
    }

    if (!isBootstrap) {
      takeCertsHash(config.controllercert_confighash);
      run(objects.encryption);
    }
    portSource = { source, timePriority: timestampText(config) ?? lastReceived, submittedAt: lastReceived };
    run(deps.ports);
    if (isBootstrap) return "configOK";

    run(objects.objects);
    if (orders && (lastResult === "skipConfigUpdate" || activatesOtherVersion(config))) {
      hold(objects.apps, "update", "the device is about to run another base OS");
      return "skipConfigUpdate";
    }
    run(objects.apps);
    lastProcessed = lastReceived;
    return "configOK";
  };

  const applyAll = (config: EdgeDevConfig, source: ConfigSource): ConfigResult => {
    isApplying = true;
    try {
      lastResult = applySections(config, source);
    } finally {
      isApplying = false;
      const waits = deps.states.isWaiting("disk", "certificates", "maintenance");
      incomplete = waits ? { config, source } : undefined;
      deps.states.publish();
    }
    return lastResult;
  };

  /** An order whose counter can't be written waits for the disk, as a section does. */
  function accepts(kind: OpsKind, command: EdgeDevConfig[OpsKind] | null): boolean {
    const { accepted, unwritten } = deps.operations.handle(kind, command);
    deps.states.settle(kind, {
      refused: [],
      pending: unwritten === "" ? undefined : { waits: "disk", reasons: [unwritten] },
    });
    return accepted;
  }

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
        deps.states.settle("id", { refused: [verdict.reason] });
        deps.states.publish();
        return verdict.kind;
      }
      deps.states.settle("id", { refused: [] });
      newestTimestamp = verdict.timestamp ?? newestTimestamp;
      lastReceived = timestampText(config) ?? goTime(deps.device.clock.now());
      names = edgeNodeNames(config);
      const newEpoch = takeEpoch(config);
      const result = applyAll(config, source);
      if (newEpoch) deps.epochChanged();
      return result;
    },
    retry(waits) {
      // Maintenance mode may be left by the very configuration that is being applied: it goes on by itself.
      if (isApplying || incomplete === undefined || !deps.states.isWaiting(waits)) return;
      applyAll(incomplete.config, incomplete.source);
    },
    applyItemsOnly(config) {
      names = edgeNodeNames(config);
      takeEpoch(config);
      deps.items.apply(config.configItems, true);
    },
    get portSource() {
      return portSource;
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
