/**
 * The part of nim's `DeviceNetworkStatus` that sending needs, in the names of the topic (`spec/nim.md §12.2`), so that
 * the value read from the bus can be handed over as it is.
 */

/** One proxy of a port. `type`: 0 HTTP, 1 HTTPS, 2 SOCKS, 3 FTP, 4 none, 255 last. */
export interface ProxyEntry {
  /** What is sent through it. */
  readonly type: number;
  /** Host name or address, with or without scheme and credentials. */
  readonly server: string;
  /** 0 where `server` names it. */
  readonly port: number;
}

/** What a modem says of itself. `WType`: 0 none, 1 cellular, 2 Wi-Fi. */
export interface WirelessStatus {
  /** Of which kind. */
  readonly WType: number;
  /** What the modem manager says; only cellular ports have it. */
  readonly Cellular?: {
    readonly ConfigError?: string;
    readonly ProbeError?: string;
    readonly Module?: { readonly OpMode?: string };
  };
}

/** One port of the device. */
export interface NetworkPortStatus {
  /** Of the kernel, such as `eth0`. */
  readonly IfName: string;
  /** The name that the configuration gives it. */
  readonly Logicallabel: string;
  /** Traffic of the device itself may go out here. */
  readonly IsMgmt: boolean;
  /** It has addresses of its own. */
  readonly IsL3Port: boolean;
  /** Its configuration can't be used. */
  readonly InvalidConfig: boolean;
  /** 0 is free; cheaper ports are tried first. */
  readonly Cost: number;
  /** Its addresses, without prefix length. */
  readonly AddrInfoList: readonly { readonly Addr: string }[] | null;
  /** Name servers of this port alone. */
  readonly DNSServers: readonly string[] | null;
  /** When it was last tested and failed; RFC 3339, year 1 for never. */
  readonly LastFailed: string;
  /** When it was last tested and worked; RFC 3339, year 1 for never. */
  readonly LastSucceeded: string;
  /** One entry for each scheme. */
  readonly Proxies: readonly ProxyEntry[] | null;
  /** Targets that no proxy is used for, separated by commas. */
  readonly Exceptions: string;
  /** A PAC file in base64; it goes before `Proxies`. */
  readonly Pacfile: string;
  /** A PAC file is to be looked for in this port's network. */
  readonly NetworkProxyEnable: boolean;
  /** Where the PAC file is; `""` to look for it by WPAD. */
  readonly NetworkProxyURL?: string;
  /** By which WPAD looks. */
  readonly DomainName?: string;
  /** 1 static, 2 none (a switch), 4 client. */
  readonly Dhcp?: number;
  /** Only wireless ports have it. */
  readonly WirelessStatus?: WirelessStatus;
  /** Roots that are trusted besides the system's: those of proxies that look into TLS. */
  readonly "pubsub-large-ProxyCertPEM": readonly Uint8Array[] | null;
}

/** All ports of the device. Below `Version` 1 every port counts as a management port. */
export interface DeviceNetworkStatus {
  /** Of the port configuration that is in use. */
  readonly Version: number;
  /** In the order of the configuration. */
  readonly Ports: readonly NetworkPortStatus[] | null;
}
