/** The wireless part of a network (`spec/zedagent.md §8.3`). The type's numbers differ between protobuf and bus. */
import type { config } from "../../../proto/device.ts";
import {
  cellularAuthProtocols,
  cellularIPTypes,
  parseIP,
  type WifiConfig,
  type WirelessConfig,
  WirelessType,
} from "../../topics/mod.ts";
import {
  type CellularAccessPoint,
  goCellularAccessPoint,
  goWifiConfig,
  goWirelessConfig,
} from "../../topics/mod.ts";
import { cipherBlock, type CipherContexts } from "./cipher.ts";
import { emptyToNull, quote, refuse } from "./section.ts";

const proto = { WiFi: 1, Cellular: 2 } as const;
const radioTechnologies = ["", "gsm", "umts", "lte", "5gnr"] as const;
const keySchemes: readonly number[] = [0, 1, 2];
const probeMethod = { none: 0, icmp: 1, tcp: 2 } as const;

/** What the conversion needs besides the network itself. */
export interface WirelessContext {
  readonly networkUUID: string;
  readonly contexts: CipherContexts;
  /** Go time of errors. */
  readonly now: string;
}

/** @throws {SectionError} for the whole network */
export function wirelessConfig(
  wireless: config.WirelessConfig | null,
  context: WirelessContext,
): WirelessConfig {
  switch (wireless?.type) {
    case proto.WiFi:
      return goWirelessConfig.make({
        WType: WirelessType.WirelessTypeWifi,
        Wifi: emptyToNull(wireless.wifiCfg.map((wifi) => wifiConfig(wifi, context))),
      });
    case proto.Cellular:
      return cellularConfig(wireless.cellularCfg, context);
    default:
      return goWirelessConfig.zero();
  }
}

function wifiConfig(wifi: config.WifiConfig, context: WirelessContext): WifiConfig {
  if (!keySchemes.includes(wifi.keyScheme)) {
    refuse(
      `WiFi ${
        quote(wifi.wifiSSID)
      }: expected a key scheme of 0, 1 (WPA-PSK) or 2 (WPA-EAP), got ${wifi.keyScheme}`,
    );
  }
  return goWifiConfig.make({
    ...cipherBlock(`${context.networkUUID}-${wifi.wifiSSID}`, wifi.cipherData, context.contexts, context.now),
    SSID: wifi.wifiSSID,
    KeyScheme: wifi.keyScheme,
    Identity: wifi.identity,
    Password: wifi.password,
    Priority: wifi.priority,
  });
}

function cellularConfig(list: readonly config.CellularConfig[], context: WirelessContext): WirelessConfig {
  const [cellular, ...more] = list;
  if (cellular === undefined || more.length > 0) {
    return refuse(`cellular network: expected one cellularCfg, got ${list.length}`);
  }
  const points = cellular.access_points.map((point) =>
    accessPoint(point, cellular.activated_sim_slot, context)
  );
  const legacy = points.length === 0 && cellular.APN !== ""
    ? [goCellularAccessPoint.make({ APN: cellular.APN, Activated: true })]
    : [];
  return goWirelessConfig.make({
    WType: WirelessType.WirelessTypeCellular,
    CellularV2: {
      AccessPoints: emptyToNull([...points, ...legacy]),
      Probe: cellularProbe(cellular.probe),
      LocationTracking: cellular.location_tracking,
    },
  });
}

function accessPoint(
  point: config.CellularAccessPoint,
  activatedSlot: number,
  context: WirelessContext,
): CellularAccessPoint {
  const name = (list: readonly string[], number: number, what: string) =>
    list[number] ?? refuse(`access point ${quote(point.apn)}: ${what} ${number} is not known`);
  const auth = name(cellularAuthProtocols, point.auth_protocol, "authentication protocol");
  const attachAuth = name(
    cellularAuthProtocols,
    point.attach_auth_protocol,
    "attach authentication protocol",
  );
  if (point.sim_slot > 255) {
    refuse(`access point ${quote(point.apn)}: SIM slot ${point.sim_slot} is above 255`);
  }
  return goCellularAccessPoint.make({
    SIMSlot: point.sim_slot,
    Activated: activatedSlot === 0 || activatedSlot === point.sim_slot,
    APN: point.apn,
    IPType: name(cellularIPTypes, point.ip_type, "IP type"),
    AuthProtocol: auth,
    ...(auth === "" && attachAuth === "" ? {} : {
      EncryptedCredentials: cipherBlock(
        context.networkUUID,
        point.cipher_data,
        context.contexts,
        context.now,
      ),
    }),
    PreferredPLMNs: emptyToNull(point.preferred_plmns),
    PreferredRATs: emptyToNull(
      point.preferred_rats
        .map((rat) => name(radioTechnologies, rat, "radio access technology"))
        .filter((rat) => rat !== ""),
    ),
    ForbidRoaming: point.forbid_roaming,
    AttachAPN: point.attach_apn,
    AttachIPType: name(cellularIPTypes, point.attach_ip_type, "attach IP type"),
    AttachAuthProtocol: attachAuth,
  });
}

function cellularProbe(
  probe: config.CellularConnectivityProbe | null,
): WirelessConfig["CellularV2"]["Probe"] {
  const none = { Method: probeMethod.none, ProbeHost: "", ProbePort: 0 };
  if (probe === null) return { Disable: false, UserDefinedProbe: none };
  const custom = probe.custom_probe;
  if (custom === null || custom.probe_method === probeMethod.none) {
    const legacy = probe.probe_address;
    return {
      Disable: probe.disable,
      UserDefinedProbe: custom !== null || legacy === "" ? none : endpoint(probeMethod.icmp, legacy, 0),
    };
  }
  const { host, port } = custom.probe_endpoint ?? { host: "", port: 0 };
  if (custom.probe_method > probeMethod.tcp) {
    refuse(`cellular probe: expected method 0 (none), 1 (ICMP) or 2 (TCP), got ${custom.probe_method}`);
  }
  return { Disable: probe.disable, UserDefinedProbe: endpoint(custom.probe_method, host, port) };
}

function endpoint(method: number, host: string, port: number) {
  if (parseIP(host) === undefined) refuse(`cellular probe: expected an IP address, got ${quote(host)}`);
  if (method === probeMethod.tcp && !(port >= 1 && port <= 65535)) {
    refuse(`cellular probe: expected a TCP port from 1 to 65535, got ${port}`);
  }
  return { Method: method, ProbeHost: host, ProbePort: method === probeMethod.tcp ? port : 0 };
}
