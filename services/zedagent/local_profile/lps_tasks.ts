/** Talks to the local profile server while one is configured: seven endpoints and the stream of signals (`spec/zedagent.md §17`). */
import type { Client } from "../../../controllerconn/mod.ts";
import { type Device, every, jitter, registerWatchdog, touch, touchIntervalMs } from "../../agent/mod.ts";
import type { NetworkInstanceConfig } from "../../topics/mod.ts";
import type { LpsEndpoint, LpsEndpointName } from "./lps_endpoint.ts";
import { type LpsPoller, startLpsPoller } from "./lps_poller.ts";
import { lpsServers } from "./lps_servers.ts";
import type { LpsTopics } from "./lps_topics.ts";
import { type SignalStream, startSignalStream } from "./signal_stream.ts";

/** `local_profile_server` and `profile_server_token`; no server with an empty address. */
export interface LpsSettings {
  readonly address: string;
  readonly token: string;
}

/** What the tasks work with. */
export interface LpsTasksDeps {
  readonly client: Pick<Client, "sendLocal">;
  readonly endpoints: readonly LpsEndpoint[];
  readonly instances: () => ReadonlyMap<string, NetworkInstanceConfig>;
  /** Opened with the first server. */
  readonly topics: () => LpsTopics;
  readonly intervalMs: (endpoint: LpsEndpoint) => number;
}

/** See {@linkcode startLpsTasks}. */
export interface LpsTasks {
  readonly settings: LpsSettings;
  /** UUIDs of the apps that serve it. */
  serving(): ReadonlySet<string>;
  /** A configuration was applied: what is under way is discarded. */
  configure(settings: LpsSettings): void;
  trigger(endpoint: LpsEndpointName): void;
  /** The config items have changed. */
  intervalsChanged(): void;
  /** Apps have got or lost addresses. */
  serversChanged(): void;
}

/** Starts nothing before a server is configured. */
export function startLpsTasks(device: Device, deps: LpsTasksDeps): LpsTasks {
  let settings: LpsSettings = { address: "", token: "" };
  let generation = 0;
  let pollers: ReadonlyMap<LpsEndpointName, LpsPoller> | undefined;
  let stream: SignalStream | undefined;
  let known = "";
  const servers = () =>
    settings.address === "" || device.signal.aborted
      ? []
      : lpsServers(settings.address, deps.topics().appNetworks(), deps.instances());
  const start = () => {
    const access = {
      client: deps.client,
      servers,
      token: () => settings.token,
      generation: () => generation,
      intervalMs: deps.intervalMs,
    };
    watch(device, deps.endpoints);
    return new Map(
      deps.endpoints.map((endpoint) => [endpoint.name, startLpsPoller(device, endpoint, access)]),
    );
  };
  const all = (kind: "configured" | "unconfigured" | "interval" | "trigger") => {
    for (const poller of pollers?.values() ?? []) poller.send({ kind });
  };
  const trigger = (endpoint: LpsEndpointName) => pollers?.get(endpoint)?.send({ kind: "trigger" });
  const serversChanged = () => {
    if (settings.address === "") return;
    const now = JSON.stringify(servers());
    if (now === known) return;
    const isFirst = known === "" || known === "[]";
    known = now;
    stream?.restart();
    if (isFirst) all("trigger");
  };
  return {
    get settings() {
      return settings;
    },
    serving: () => new Set(servers().map(({ appUUID }) => appUUID)),
    configure(next) {
      const old = settings;
      settings = next;
      generation++;
      if (next.address === old.address) return serversChanged();
      known = "";
      if (next.address === "") {
        all("unconfigured");
        stream?.restart();
        return;
      }
      pollers ??= start();
      stream ??= startSignalStream(device, servers, trigger);
      known = JSON.stringify(servers());
      stream.restart();
      all("configured");
    },
    trigger,
    intervalsChanged: () => all("interval"),
    serversChanged,
  };
}

/** Every task but location and the stream has a file that is touched from now on. */
function watch(device: Device, endpoints: readonly LpsEndpoint[]): void {
  const names = endpoints.map(({ name }) => name).filter((name) => name !== "location")
    .map((name) => `lps-${name}`);
  const touchAll = () => names.forEach((name) => touch(device, name));
  touchAll();
  for (const name of names) registerWatchdog(device, name);
  every(device, () => jitter(device.random, touchIntervalMs), touchAll);
}
