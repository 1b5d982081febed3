/** `deviceIoList` → `PhysicalIOAdapterList` (`spec/zedagent.md §8.1`). */
import type { config } from "../../../proto/device.ts";
import {
  goPhysicalIOAdapterList,
  type PhysicalIOAdapter,
  type PhysicalIOAdapterList,
} from "../../topics/mod.ts";
import { quote, refuse, type Section, section } from "./section.ts";

/** `Ptype` of the adapters that carry a network. */
export const PhyIoType = { Eth: 1, WLAN: 5, WWAN: 6, EthPF: 11 } as const;

const networkTypes: readonly number[] = Object.values(PhyIoType);

/** True for Ethernet, WLAN, WWAN and Ethernet PF. */
export function isNetworkAdapter(adapter: Pick<PhysicalIOAdapter, "Ptype">): boolean {
  return networkTypes.includes(adapter.Ptype);
}

const addressFields: Readonly<Record<string, keyof PhysicalIOAdapter["Phyaddr"]>> = {
  pcilong: "PciLong",
  ifname: "Ifname",
  serial: "Serial",
  irq: "Irq",
  ioports: "Ioports",
  usbaddr: "UsbAddr",
  usbproduct: "UsbProduct",
};

/** Adapters by logical label; one that can't be used is left out and reported. */
export function physicalIOAdapters(list: readonly config.PhysicalIO[]): Section<PhysicalIOAdapter> {
  return section(list, (io, index) => {
    const label = io.logicallabel === "" ? io.phylabel : io.logicallabel;
    if (label === "") refuse(`I/O adapter number ${index + 1} has no label; it is left out`);
    return [label, adapter(io, label)];
  });
}

/** The topic's value, with `Initialized` true also when empty: domainmgr waits for it. */
export function physicalIOAdapterList(
  adapters: ReadonlyMap<string, PhysicalIOAdapter>,
): PhysicalIOAdapterList {
  return goPhysicalIOAdapterList.make({
    Initialized: true,
    AdapterList: adapters.size === 0 ? null : [...adapters.values()],
  });
}

function adapter(io: config.PhysicalIO, label: string): PhysicalIOAdapter {
  const address = {
    PciLong: "",
    Ifname: "",
    Serial: "",
    Irq: "",
    Ioports: "",
    UsbAddr: "",
    UsbProduct: "",
    UnknownType: "",
  };
  for (const [name, value] of Object.entries(io.phyaddrs)) {
    address[addressFields[name.toLowerCase()] ?? "UnknownType"] = value;
  }
  return {
    Ptype: io.ptype,
    Phylabel: io.phylabel,
    Phyaddr: address,
    Logicallabel: label,
    Assigngrp: io.assigngrp,
    Parentassigngrp: io.parentassigngrp,
    Usage: io.usage,
    UsagePolicy: { FreeUplink: io.usagePolicy?.freeUplink ?? false },
    Vfs: virtualFunctions(io.vflist, label),
    Cbattr: Object.keys(io.cbattr).length === 0 ? null : { ...io.cbattr },
  };
}

function virtualFunctions(list: config.VfList | null, label: string): PhysicalIOAdapter["Vfs"] {
  if (list === null) return { Count: 0, Data: null };
  const data = list.data.map((vf) => {
    if (vf.vlan_id > 4094 || vf.index > 255) {
      refuse(
        `I/O adapter ${
          quote(label)
        }: expected virtual functions with an index up to 255 and a VLAN up to 4094, ` +
          `got index ${vf.index}, VLAN ${vf.vlan_id}; it is left out`,
      );
    }
    return { Index: vf.index, PciLong: "", Mac: vf.mac, VlanID: vf.vlan_id };
  });
  if (list.vf_count > 255) {
    refuse(
      `I/O adapter ${
        quote(label)
      }: expected up to 255 virtual functions, got ${list.vf_count}; it is left out`,
    );
  }
  return { Count: list.vf_count, Data: data.length === 0 ? null : data };
}
