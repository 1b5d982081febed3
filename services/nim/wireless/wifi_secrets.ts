/** Opens the credentials of Wi-Fi ports, each as often as needed, and tells how that went (`spec/nim.md §11.4`). */
import { errorText } from "../../agent/mod.ts";
import {
  type CipherBlockStatus,
  type CipherMetrics,
  goWifiConfig,
  type NetworkPortConfig,
  type WifiConfig,
} from "../../topics/mod.ts";
import { countCipher, noCipherCounts } from "./cipher_counters.ts";
import { type OpenBlock, openCredentials, type OpenedCredentials } from "./credentials.ts";
import type { WifiNetwork } from "./wifi_conf.ts";

/** Who is told. */
export interface WifiSecretsDeps {
  readonly open: OpenBlock;
  /** Go time text. */
  readonly now: () => string;
  /** Publishes `CipherBlockStatus`; the key is the block's id. */
  readonly publish: (key: string, block: CipherBlockStatus) => void;
  readonly warn: (text: string) => void;
}

/** Keeps what was decrypted in memory only. */
export class WifiSecrets {
  readonly #deps: WifiSecretsDeps;
  #counts = noCipherCounts();
  #known = new Map<string, { readonly wifi: WifiConfig; readonly opened: OpenedCredentials }>();

  constructor(deps: WifiSecretsDeps) {
    this.#deps = deps;
  }

  /** For the topic `CipherMetrics`. */
  get counts(): CipherMetrics {
    return this.#counts;
  }

  /**
   * The networks of a port with their credentials. A failed block is tried again each time, since certificates come
   * later; counted and published is only what differs from the last time. Never throws.
   */
  async networksOf({ Logicallabel, WirelessCfg }: NetworkPortConfig): Promise<WifiNetwork[]> {
    const networks: WifiNetwork[] = [];
    for (const wifi of WirelessCfg.Wifi ?? []) {
      const { identity, password } = await this.#opened(JSON.stringify([Logicallabel, wifi.SSID]), wifi);
      const { SSID: ssid, KeyScheme: keyScheme, Priority: priority } = wifi;
      networks.push({ ssid, keyScheme, priority, identity, password });
    }
    return networks;
  }

  /** Forgets the credentials of all ports but these. */
  keepOnly(ports: readonly NetworkPortConfig[]): void {
    const keys = new Set(
      ports.flatMap(({ Logicallabel, WirelessCfg }) =>
        (WirelessCfg.Wifi ?? []).map(({ SSID }) => JSON.stringify([Logicallabel, SSID]))
      ),
    );
    this.#known = new Map([...this.#known].filter(([key]) => keys.has(key)));
  }

  async #opened(key: string, wifi: WifiConfig): Promise<OpenedCredentials> {
    const known = this.#known.get(key);
    const isSame = known !== undefined && goWifiConfig.equal(known.wifi, wifi);
    if (isSame && !isFailure(known.opened)) return known.opened;
    const opened = await openCredentials(wifi, this.#deps.open, this.#deps.now());
    this.#known.set(key, { wifi, opened });
    const isNews = !isSame || known.opened.outcome !== opened.outcome ||
      known.opened.block?.Error !== opened.block?.Error;
    if (isNews) this.#tell(wifi.SSID, opened);
    return opened;
  }

  #tell(ssid: string, { outcome, block }: OpenedCredentials): void {
    this.#counts = countCipher(this.#counts, outcome, this.#deps.now());
    if (block === undefined) return;
    if (block.Error !== "") {
      this.#deps.warn(`Wi-Fi ${JSON.stringify(ssid)}: ${block.Error}; ${consequence[outcome] ?? ""}`);
    }
    try {
      this.#deps.publish(block.CipherBlockID, block);
    } catch (error) {
      this.#deps.warn(`CipherBlockStatus ${block.CipherBlockID} can't be published: ${errorText(error)}`);
    }
  }
}

const consequence: Readonly<Partial<Record<OpenedCredentials["outcome"], string>>> = {
  "cleartext-fallback": "the credentials in the clear are used",
  "missing-fallback": "there are none in the clear",
};

function isFailure({ outcome }: OpenedCredentials): boolean {
  return outcome === "cleartext-fallback" || outcome === "missing-fallback";
}
