/** Wi-Fi and 802.1X of all ports: credentials, certificates, supplicants, and what they say (`spec/nim.md §11.3, 11.4`). */
import { type Device, deviceCipherKeys, errorText } from "../../agent/mod.ts";
import { DirectoryWatch } from "../../pubsub/mod.ts";
import { DataSecAtRestStatus, DhcpType, goTime, type NetworkPortConfig, topics } from "../../topics/mod.ts";
import type { Network } from "../parts.ts";
import { blockOpener } from "./credentials.ts";
import { pnacPlan } from "./pnac_plan.ts";
import { parseSupplicantState } from "./pnac_status.ts";
import { type PortAuthentication, type PortSight, PortWatch } from "./port_watch.ts";
import { type Launch, launchProgram, Supplicants } from "./supplicants.ts";
import { hardwareOf, isWifi, wantedSupplicants, type WirelessPort } from "./wanted.ts";
import { WifiSecrets } from "./wifi_secrets.ts";

/** Who is told. */
export interface WirelessDeps {
  /** Something that is published about 802.1X changed. */
  readonly changed: () => void;
  /** Ends and starts the DHCP client of an interface. */
  readonly restartDhcp: (ifName: string) => void;
  /** `pnac.dhcp.reacquire.max.retries` */
  readonly maxRetries: () => number;
  readonly launch?: Launch;
}

/** See {@linkcode openWireless}. */
export interface Wireless {
  /** Brings the ports of the current configuration to what they want; of several calls meanwhile the last one counts. */
  apply(ports: readonly NetworkPortConfig[], network: Network): void;
  /** Interface name → state of 802.1X, for `DeviceNetworkStatus`. */
  readonly published: ReadonlyMap<string, PortAuthentication>;
  /** Resolves when nothing is under way. */
  readonly idle: Promise<void>;
}

const VAULT = "Application Data Store";

/** Starts nothing before the first `apply`. Not for a nim that only observes. */
export function openWireless(device: Device, deps: WirelessDeps): Wireless {
  const { bus, log } = device;
  const now = () => goTime(device.clock.now());
  const supplicants = new Supplicants(
    `${device.paths.run}/nim`,
    device.commands,
    deps.launch ?? launchProgram,
  );
  const watch = new PortWatch(device, deps);
  const blocks = bus.publication(topics.nim.CipherBlockStatus);
  const counters = bus.publication(topics.nim.CipherMetrics);
  for (const publication of [blocks, counters]) publication.clearRestarted();
  const secrets = new WifiSecrets({
    open: blockOpener(deviceCipherKeys(device)),
    now,
    publish: (key, block) => blocks.publish(key, block),
    warn: (text) => log.warn(text),
  });
  const handlers = { create: () => again(), modify: () => again(), delete: () => again() };
  const vault = bus.subscription(topics.vaultmgr.VaultStatus, handlers);
  const enrolled = bus.subscription(topics.scepclient.EnrolledCertificateStatus, handlers);
  const certificates = bus.subscription(topics.zedagent.ControllerCert, handlers);

  let asked: { readonly ports: readonly NetworkPortConfig[]; readonly network: Network } | undefined;
  let isDue = false;
  let work = Promise.resolve();
  let isWorking = false;
  let lastErrors = "";

  const isVaultReady = () =>
    [...vault.getAll().values()].some(({ Name, ConversionComplete, Status }) =>
      Name === VAULT && ConversionComplete && Status !== DataSecAtRestStatus.DATASEC_AT_REST_ERROR
    );
  const portOf = async (config: NetworkPortConfig, { links }: Network): Promise<WirelessPort> => ({
    config,
    hardware: hardwareOf(config.IfName, links),
    networks: isWifi(config) ? await secrets.networksOf(config) : [],
    plan: pnacPlan(config, isVaultReady(), enrolled.get(config.PNAC.CertEnrollmentProfileName)),
  });
  const bring = async (current: NonNullable<typeof asked>) => {
    const present = new Set(current.network.links.map(({ name }) => name));
    const ports = await Promise.all(
      current.ports.filter(({ IfName }) => present.has(IfName)).map((port) => portOf(port, current.network)),
    );
    secrets.keepOnly(current.ports);
    counters.publish("global", secrets.counts);
    const { supplicants: wanted, errors } = wantedSupplicants(ports, supplicants.controlFolder);
    tellErrors([...errors, ...await supplicants.apply(wanted)]);
    const sights = await Promise.all(
      ports.filter(({ plan }) => plan.kind === "ready" || plan.kind === "failed")
        .map(async (port) => [port.config.IfName, await sightOf(port, current.network)] as const),
    );
    if (watch.see(new Map(sights), now())) deps.changed();
  };
  const sightOf = async (
    { config, hardware, plan }: WirelessPort,
    network: Network,
  ): Promise<PortSight> => {
    const { IfName, Dhcp } = config;
    const state = supplicants.state(hardware);
    const subnet = network.leases.get(IfName)?.v4?.subnet;
    return {
      ...(state && { state }),
      supplicant: plan.kind === "ready" ? parseSupplicantState(await supplicants.status(hardware)) : 0,
      error: plan.kind === "failed" ? plan.error : "",
      subnet: subnet === undefined ? "" : `${subnet.network}/${subnet.prefix}`,
      isClient: Dhcp === DhcpType.DhcpTypeClient,
    };
  };
  const tellErrors = (errors: readonly (readonly [string, string])[]) => {
    const text = errors.map(([ifName, error]) => `${ifName}: ${error}`).join("; ");
    if (text !== "" && text !== lastErrors) log.warn(text);
    lastErrors = text;
  };
  const again = () => {
    if (asked === undefined || device.signal.aborted) return;
    isDue = true;
    if (isWorking) return;
    isWorking = true;
    work = (async () => {
      while (isDue && !device.signal.aborted) {
        isDue = false;
        try {
          await bring(asked);
        } catch (error) {
          log.error(`Wi-Fi and 802.1X: ${errorText(error)}; tried again with the next change`);
        }
      }
      isWorking = false;
    })();
  };
  const events = new DirectoryWatch(supplicants.stateFolder, (name) => !name.endsWith(".new"), {
    touched: again,
    replaced: again,
    failed: (cause) =>
      log.warn(`${supplicants.stateFolder} can't be watched: ${cause}; looked at every second`),
    works: again,
  });
  device.signal.addEventListener("abort", () => events.close(), { once: true });
  for (const subscription of [vault, enrolled, certificates]) subscription.activate();

  return {
    apply(ports, network) {
      asked = { ports, network };
      again();
    },
    get published() {
      return watch.published;
    },
    get idle() {
      return work;
    },
  };
}
