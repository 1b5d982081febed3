/** Network adapters, bonds, VLANs and 802.1X: what system adapters stand on (`spec/zedagent.md §8.1, 8.4`). */
import type { config } from "../../../proto/device.ts";
import {
  type NetworkPortConfig,
  type PhysicalIOAdapter,
  type PNACConfig,
  WirelessType,
} from "../../topics/mod.ts";
import { goPNACConfig, goWirelessConfig } from "../../topics/mod.ts";
import { bondLayer, vlanLayer } from "./layer2.ts";
import { isNetworkAdapter, PhyIoType } from "./physical_io.ts";
import type { LowerLayer, LowerLayers } from "./port_draft.ts";
import { quote } from "./section.ts";

/** The parts of a configuration that name lower layers. */
export interface LowerLayerConfig {
  readonly adapters: ReadonlyMap<string, PhysicalIOAdapter>;
  readonly bonds: readonly config.BondAdapter[];
  readonly vlans: readonly config.VlanAdapter[];
  readonly pnacs: readonly config.PNAC[];
  readonly scepProfiles: readonly config.SCEPProfile[];
}

const EAP_METHOD_TLS = 1;

/** All layers by label. Adapters that carry no network are among them, so that a reference to one can be named as wrong. */
export function lowerLayers(from: LowerLayerConfig): LowerLayers {
  const layers = new Map<string, LowerLayer[]>();
  const add = (layer: LowerLayer) => {
    const same = layers.get(layer.label);
    if (same === undefined) layers.set(layer.label, [layer]);
    else same.push(layer);
  };
  for (const [label, adapter] of from.adapters) add(adapterLayer(label, adapter, from));
  for (const bond of from.bonds) if (bond.logicallabel !== "") add(bondLayer(bond, from.adapters));
  const bondLabels = new Set(from.bonds.map((bond) => bond.logicallabel));
  for (const vlan of from.vlans) {
    if (vlan.logicallabel !== "") add(vlanLayer(vlan, from.adapters, bondLabels));
  }
  return layers;
}

/** What is written down and no port can come from: bonds and VLANs without a label, 802.1X for no adapter or twice. */
export function ignoredLayers(from: LowerLayerConfig): string[] {
  const nameless = (what: string, list: readonly { readonly logicallabel: string }[]) =>
    list.flatMap(({ logicallabel }, index) =>
      logicallabel === "" ? [`${what} number ${index + 1} has no label; it is ignored`] : []
    );
  const seen = new Set<string>();
  const pnacs = from.pnacs.flatMap(({ logicallabel }) => {
    const isSecond = seen.has(logicallabel);
    seen.add(logicallabel);
    if (!from.adapters.has(logicallabel)) {
      return [`802.1X is configured for ${quote(logicallabel)}, which is no adapter; it is ignored`];
    }
    return isSecond ? [`802.1X is configured twice for ${quote(logicallabel)}; the first one counts`] : [];
  });
  return [...nameless("bond", from.bonds), ...nameless("VLAN", from.vlans), ...pnacs];
}

function adapterLayer(label: string, adapter: PhysicalIOAdapter, from: LowerLayerConfig): LowerLayer {
  const errors: string[] = [];
  const { Ifname, UsbAddr, PciLong } = adapter.Phyaddr;
  const namedLater = adapter.Ptype === PhyIoType.WWAN && (UsbAddr !== "" || PciLong !== "");
  const settings: Partial<NetworkPortConfig> = {
    Phylabel: adapter.Phylabel,
    IfName: Ifname !== "" || namedLater ? Ifname : label,
    USBAddr: UsbAddr,
    PCIAddr: PciLong,
    WirelessCfg: goWirelessConfig.make({ WType: wirelessType(adapter) }),
    PNAC: pnacConfig(label, adapter, from, errors),
  };
  return { label, kind: "adapter", settings, errors, below: [], adapter };
}

function wirelessType(adapter: PhysicalIOAdapter): number {
  if (adapter.Ptype === PhyIoType.WLAN) return WirelessType.WirelessTypeWifi;
  return adapter.Ptype === PhyIoType.WWAN ? WirelessType.WirelessTypeCellular : WirelessType.WirelessTypeNone;
}

function pnacConfig(
  label: string,
  adapter: PhysicalIOAdapter,
  from: LowerLayerConfig,
  errors: string[],
): PNACConfig {
  const pnac = from.pnacs.find((candidate) => candidate.logicallabel === label);
  if (pnac === undefined) return goPNACConfig.zero();
  const profileName = pnac.cert_enrollment_profile_name;
  const profile = from.scepProfiles.find((candidate) => candidate.profile_name === profileName);
  if (!isNetworkAdapter(adapter) || wirelessType(adapter) !== WirelessType.WirelessTypeNone) {
    errors.push(`802.1X is configured for ${quote(label)}, which is no Ethernet adapter`);
  }
  if (pnac.eap_method !== EAP_METHOD_TLS) {
    errors.push(`802.1X of ${quote(label)}: expected EAP method 1 (TLS), got ${pnac.eap_method}`);
  }
  if (profile === undefined) {
    errors.push(`802.1X of ${quote(label)}: SCEP profile ${quote(profileName)} does not exist`);
  }
  const caCerts = profile?.ca_cert_pem ?? [];
  return {
    Enabled: true,
    EAPIdentity: pnac.eap_identity,
    EAPMethod: pnac.eap_method,
    CertEnrollmentProfileName: profileName,
    "pubsub-large-ProxyCertPEM": caCerts.length === 0 ? null : caCerts,
  };
}
