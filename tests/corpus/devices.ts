/** Configurations as a controller sends them: a small, a typical and a huge device, everything in them referring to something that is there. */
import type { config } from "../../proto/device.ts";
import { fromBigInt } from "../../proto/int64.ts";

/** How much of everything. */
export interface DeviceSize {
  readonly name: string;
  readonly apps: number;
  readonly volumes: number;
  readonly contentTrees: number;
  readonly networkInstances: number;
  readonly datastores: number;
  readonly profiles: number;
}

export const small: DeviceSize = {
  name: "small",
  apps: 1,
  volumes: 1,
  contentTrees: 1,
  networkInstances: 1,
  datastores: 1,
  profiles: 1,
};
export const typical: DeviceSize = {
  name: "typical",
  apps: 20,
  volumes: 40,
  contentTrees: 15,
  networkInstances: 5,
  datastores: 3,
  profiles: 2,
};
export const huge: DeviceSize = {
  name: "huge",
  apps: 1000,
  volumes: 2000,
  contentTrees: 500,
  networkInstances: 50,
  datastores: 20,
  profiles: 10,
};

/** Of the device that all of them are for. */
export const deviceUUID = "8d0e6f5c-2b1a-4c3d-8e9f-0a1b2c3d4e5f";

/** Kinds of objects have their own first digit. */
export const uuid = {
  app: (n: number) => uuidOf("a", n),
  volume: (n: number) => uuidOf("b", n),
  networkInstance: (n: number) => uuidOf("c", n),
  contentTree: (n: number) => uuidOf("d", n),
  datastore: (n: number) => uuidOf("e", n),
  network: (n: number) => uuidOf("f", n),
  patch: (n: number) => uuidOf("1", n),
};

/** A new object with each call, so that a test may change it. */
export function deviceConfig(size: DeviceSize) {
  const many = <T>(count: number, make: (n: number) => T): T[] =>
    Array.from({ length: count }, (_, n) => make(n));
  return {
    id: { uuid: deviceUUID, version: "1" },
    device_name: `device-${size.name}`,
    project_id: uuidOf("7", 1),
    enterprise_id: "enterprise",
    global_profile: "day",
    configItems: [{ key: "timer.config.interval", value: "60" }, { key: "debug.enable.usb", value: "true" }],
    deviceIoList: ["eth0", "eth1", "wlan0", "wwan0"].map(physicalIO),
    bonds: [{
      logicallabel: "bond-a",
      interface_name: "bonda",
      lower_layer_names: ["eth1"],
      bond_mode: Number(1),
    }],
    vlans: [{ logicallabel: "vlan-a", interface_name: "vlana", lower_layer_name: "bond-a", vlan_id: 100 }],
    pnacs: [{
      logicallabel: "eth0",
      eap_method: 1,
      eap_identity: "device",
      cert_enrollment_profile_name: "profile-0",
    }],
    scep_profiles: many(size.profiles, scepProfile),
    networks: [
      { id: uuid.network(0), type: 4, ip: { dhcp: 4 }, mtu: 0 },
      { id: uuid.network(1), type: 4, ip: { dhcp: 1, subnet: "10.2.0.0/24", gateway: "10.2.0.1" } },
      { id: uuid.network(2), type: 4, ip: { dhcp: 4, subnet: "10.3.0.0" } },
    ],
    systemAdapterList: [
      { name: "eth0", uplink: true, networkUUID: uuid.network(0) },
      { name: "vlan-a", networkUUID: uuid.network(1), addr: "10.2.0.9" },
    ],
    cipherContexts: [{
      contextId: "context",
      hashScheme: Number(1),
      keyExchangeScheme: 1,
      encryptionScheme: 1,
    }],
    datastores: many(size.datastores, datastore),
    contentInfo: many(size.contentTrees, (n) => contentTree(n, size)),
    volumes: many(size.volumes, (n) => volume(n, size)),
    networkInstances: many(size.networkInstances, networkInstance),
    baseos: { content_tree_uuid: uuid.contentTree(0), base_os_version: "", activate: false },
    disks: {
      disks: [{ disk: { name: "sda", logical_name: "disk-a", serial: "1" }, disk_config: 3 }],
      array_type: Number(1),
    },
    patchEnvelopes: [patchEnvelope(0)],
    apps: many(size.apps, (n) => app(n, size)),
  } satisfies config.IEdgeDevConfig;
}

/** What {@linkcode deviceConfig} gives. */
export type DeviceConfig = ReturnType<typeof deviceConfig>;

function physicalIO(name: string, index: number) {
  return {
    ptype: [1, 1, 5, 6][index] ?? 1,
    phylabel: name,
    logicallabel: name,
    phyaddrs: { Ifname: name, PciLong: `0000:0${index}:00.0` },
    usage: 1,
  };
}

function scepProfile(n: number) {
  return {
    profile_name: `profile-${n}`,
    scep_url: `https://ca-${n}.example.com/scep`,
    csr_profile: { common_name: "device", key_type: 10, hash_algorithm: 1, renew_period_percent: 80 },
  };
}

function datastore(n: number) {
  const encrypted = {
    cipherContextId: "context",
    cipherData: new Uint8Array(16),
    initialValue: new Uint8Array(16),
  };
  return {
    id: uuid.datastore(n),
    dType: 2,
    fqdn: `https://store-${n}.example.com`,
    ...(n === 0 ? { cipherData: encrypted } : {}),
  };
}

function contentTree(n: number, { datastores }: DeviceSize) {
  return {
    uuid: uuid.contentTree(n),
    dsId: uuid.datastore(n % datastores),
    URL: `image-${n}.qcow2`,
    iformat: 2,
    sha256: "AB".repeat(32),
    displayName: `image-${n}`,
  };
}

function volume(n: number, { contentTrees }: DeviceSize) {
  return {
    uuid: uuid.volume(n),
    origin: { type: 2, downloadContentTreeID: uuid.contentTree(n % contentTrees) },
    generationCount: fromBigInt(1n, false),
    maxsizebytes: fromBigInt(1_000_000n, false),
    displayName: `volume-${n}`,
  };
}

function networkInstance(n: number) {
  return {
    uuidandversion: { uuid: uuid.networkInstance(n), version: "1" },
    displayname: `network-${n}`,
    instType: 2,
    activate: true,
    port: { type: 1, name: "uplink" },
    ipType: 1,
    ip: { dhcp: 4, subnet: `10.${n % 200 + 10}.0.0/24`, gateway: `10.${n % 200 + 10}.0.1` },
  };
}

function patchEnvelope(n: number) {
  return {
    uuid: uuid.patch(n),
    displayName: `patch-${n}`,
    version: "1",
    action: 1,
    appInstIdsAllowed: [uuid.app(0)],
    artifacts: [{ format: 1, inline: { base64Data: "aGVsbG8=", fileNameToUse: `file-${n}` } }],
  };
}

function app(n: number, size: DeviceSize) {
  const perApp = Math.max(1, Math.floor(size.volumes / size.apps));
  return {
    uuidandversion: { uuid: uuid.app(n), version: "1" },
    displayname: `app-${n}`,
    activate: true,
    fixedresources: { memory: 131_072, maxmem: 131_072, vcpus: 1, maxcpus: 1 },
    userData: btoa(`#cloud-config ${n}`),
    volumeRefList: Array.from(
      { length: perApp },
      (_, v) => ({ uuid: uuid.volume((n * perApp + v) % size.volumes) }),
    ),
    interfaces: [{
      name: "eth0",
      networkId: uuid.networkInstance(n % size.networkInstances),
      acls: [{ id: 1, matches: [{ type: "ip", value: "0.0.0.0/0" }] }],
    }],
  };
}

function uuidOf(kind: string, n: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(n).padStart(12, "0")}`;
}
