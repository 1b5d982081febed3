/** Which interfaces need a wpa_supplicant, with which configuration, and what is wrong with others (`spec/nim.md §11.3, 11.4`). Pure. */
import { type NetworkPortConfig, WirelessType } from "../../topics/mod.ts";
import type { Link } from "../machine.ts";
import { pnacConf } from "./pnac_conf.ts";
import type { PnacPlan } from "./pnac_plan.ts";
import { wifiConf, type WifiNetwork } from "./wifi_conf.ts";

/** What an interface is to have. */
export interface WantedSupplicant {
  /** `wired`: its events are written to `pnac.state/IF`. */
  readonly kind: "wifi" | "wired";
  readonly conf: string;
}

/** One port with what is known for it. */
export interface WirelessPort {
  readonly config: NetworkPortConfig;
  /** The interface of its hardware, where its frames pass: `kIF` behind a bridge that took the name `IF`. */
  readonly hardware: string;
  /** Of a Wi-Fi port, with credentials. */
  readonly networks: readonly WifiNetwork[];
  readonly plan: PnacPlan;
}

/** See {@linkcode wantedSupplicants}. */
export interface Wanted {
  /** Interface of the hardware → its supplicant. */
  readonly supplicants: ReadonlyMap<string, WantedSupplicant>;
  /** Interface name → what is not as configured; nothing secret. */
  readonly errors: ReadonlyMap<string, string>;
}

/** A Wi-Fi port without a network that can be joined has none; Wi-Fi comes before 802.1X. */
export function wantedSupplicants(ports: readonly WirelessPort[], controlFolder: string): Wanted {
  const supplicants = new Map<string, WantedSupplicant>();
  const errors = new Map<string, string>();
  for (const { config, hardware, networks, plan } of ports) {
    const { IfName, InvalidConfig } = config;
    if (IfName === "" || InvalidConfig) continue;
    if (isWifi(config)) {
      const { text, refused } = wifiConf(networks, controlFolder);
      if (refused.length < networks.length) supplicants.set(hardware, { kind: "wifi", conf: text });
      const texts = refused.map(({ ssid, error }) => `Wi-Fi ${JSON.stringify(ssid)}: ${error}`);
      if (texts.length > 0) errors.set(IfName, texts.join("; "));
    } else if (plan.kind === "ready") {
      const conf = pnacConf(plan.identity, plan.files, controlFolder);
      supplicants.set(hardware, { kind: "wired", conf });
    } else if (plan.kind === "failed") errors.set(IfName, plan.error);
  }
  return { supplicants, errors };
}

/** A bridge passes no frame of 802.1X on (`spec/nim.md §14.2`). */
export function hardwareOf(ifName: string, links: readonly Link[]): string {
  return links.find(({ name, master }) => name === `k${ifName}` && master === ifName)?.name ?? ifName;
}

/** Wi-Fi, not cellular and not a cable. */
export function isWifi({ WirelessCfg }: NetworkPortConfig): boolean {
  return WirelessCfg.WType === WirelessType.WirelessTypeWifi;
}
