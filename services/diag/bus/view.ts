/** What the bus says at one moment, as far as diag reads it (`spec/diag.md §2`). */
import { nilUUID } from "../../topics/mod.ts";
import type {
  AppInstanceStatus,
  AppInstanceSummary,
  ConfigItemValueMap,
  ConfigSection,
  DeferredQueueMetrics,
  DeviceNetworkStatus,
  DevicePortConfigList,
  DownloaderStatus,
  LedBlinkCounter,
  NewlogMetrics,
  NodeAgentStatus,
  NodeDrainStatus,
  OnboardingStatus,
  VaultStatus,
  ZbootStatus,
  ZedAgentStatus,
} from "../../topics/mod.ts";

/** Values of the topics; `undefined`, or an empty map, where nothing is published. */
export interface BusView {
  readonly items: ConfigItemValueMap | undefined;
  readonly led: LedBlinkCounter | undefined;
  readonly network: DeviceNetworkStatus | undefined;
  readonly portConfigs: DevicePortConfigList | undefined;
  readonly onboarding: OnboardingStatus | undefined;
  readonly zedagent: ZedAgentStatus | undefined;
  readonly vault: VaultStatus | undefined;
  readonly appSummary: AppInstanceSummary | undefined;
  readonly apps: ReadonlyMap<string, AppInstanceStatus>;
  readonly downloads: ReadonlyMap<string, DownloaderStatus>;
  readonly drain: NodeDrainStatus | undefined;
  readonly nodeagent: NodeAgentStatus | undefined;
  readonly partitions: ReadonlyMap<string, ZbootStatus>;
  readonly logs: NewlogMetrics | undefined;
  readonly queues: ReadonlyMap<string, DeferredQueueMetrics>;
  /** What became of each section of the configuration. */
  readonly sections: ReadonlyMap<string, ConfigSection>;
}

/** A bus with nothing on it. */
export const emptyBus: BusView = {
  items: undefined,
  led: undefined,
  network: undefined,
  portConfigs: undefined,
  onboarding: undefined,
  zedagent: undefined,
  vault: undefined,
  appSummary: undefined,
  apps: new Map(),
  downloads: new Map(),
  drain: undefined,
  nodeagent: undefined,
  partitions: new Map(),
  logs: undefined,
  queues: new Map(),
  sections: new Map(),
};

/** The three topics without which a report says little of the network (`spec/diag.md §4`, the gate). */
export function gateIsOpen(view: BusView): boolean {
  return view.led !== undefined && view.network !== undefined && view.portConfigs !== undefined;
}

/** The client has learnt the UUID of the device. */
export function isOnboarded({ onboarding }: BusView): boolean {
  return onboarding !== undefined && onboarding.DeviceUUID !== nilUUID;
}
