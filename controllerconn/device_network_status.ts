/**
 * The part of nim's `DeviceNetworkStatus` that sending needs, in the names of the topic (`spec/nim.md §12.2`), so that
 * the value read from the bus can be handed over as it is.
 */

/** One proxy of a port. `type`: 0 HTTP, 1 HTTPS, 2 SOCKS, 3 FTP, 4 none, 255 last. */
export interface ProxyEntry {
  readonly type: number;
  readonly server: string;
  readonly port: number;
}

/** What a modem says of itself. `WType`: 0 none, 1 cellular, 2 Wi-Fi. */
export interface WirelessStatus {
  readonly WType: number;
  readonly Cellular?: {
    readonly ConfigError?: string;
    readonly ProbeError?: string;
    readonly Module?: { readonly OpMode?: string };
  };
}

/** One port of the device. */
export interface NetworkPortStatus {
  readonly IfName: string;
  readonly Logicallabel: string;
  readonly IsMgmt: boolean;
  readonly IsL3Port: boolean;
  readonly InvalidConfig: boolean;
  readonly Cost: number;
  readonly AddrInfoList: readonly { readonly Addr: string }[] | null;
  readonly DNSServers: readonly string[] | null;
  readonly LastFailed: string;
  readonly LastSucceeded: string;
  readonly Proxies: readonly ProxyEntry[] | null;
  readonly Exceptions: string;
  readonly Pacfile: string;
  readonly NetworkProxyEnable: boolean;
  /** Where the PAC file is; `""` to look for it by WPAD. */
  readonly NetworkProxyURL?: string;
  /** By which WPAD looks. */
  readonly DomainName?: string;
  /** 1 static, 2 none (a switch), 4 client. */
  readonly Dhcp?: number;
  readonly WirelessStatus?: WirelessStatus;
  readonly "pubsub-large-ProxyCertPEM": readonly Uint8Array[] | null;
}

/** All ports of the device. Below `Version` 1 every port counts as a management port. */
export interface DeviceNetworkStatus {
  readonly Version: number;
  readonly Ports: readonly NetworkPortStatus[] | null;
}
