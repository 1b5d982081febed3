/**
 * Configurations of three sizes: applied, applied again, with one thing changed, removed. Each time just those files change that
 * the change implies.
 */
import { assert, assertEquals } from "@std/assert";
import { type ConfigFolder, openConfigFolder } from "./config_folder.ts";
import { allFields, edgeDevConfigType, setFields } from "./descriptor.ts";
import {
  type DeviceConfig,
  deviceConfig,
  type DeviceSize,
  deviceUUID,
  huge,
  small,
  typical,
  uuid,
} from "./devices.ts";
import { everyField } from "./every_field.ts";

const topic = (name: string, ...keys: string[]) => keys.map((key) => `/run/zedagent/${name}/${key}.json`);
const sections = (...names: string[]) => topic("ConfigSections", ...names);
const restarted = (name: string) => [`/run/zedagent/${name}/restarted`];
const patchList = "/persist/status/zedagent/PatchEnvelopeInfoList/global.json";
const patchFile = "/persist/patchEnvelopesCache/file-0";

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`nothing at ${index}`);
  return item;
}

/** One change, and the files it implies. */
interface Change {
  readonly what: string;
  change(config: DeviceConfig): void;
  readonly written: readonly string[];
  readonly removed?: readonly string[];
}

const changes: readonly Change[] = [{
  what: "the name of an app",
  change: (config) => at(config.apps, 0).displayname = "other",
  written: [...topic("AppInstanceConfig", uuid.app(0)), ...sections("apps")],
}, {
  what: "the size of a volume",
  change: (config) => at(config.volumes, 0).displayName = "other",
  written: [
    ...topic("VolumeConfig", `${uuid.volume(0)}#1`),
    ...restarted("VolumeConfig"),
    ...sections("volumes"),
  ],
}, {
  what: "an image",
  change: (config) => at(config.contentInfo, 0).URL = "other",
  written: [
    ...topic("ContentTreeConfig", uuid.contentTree(0)),
    ...restarted("ContentTreeConfig"),
    ...sections("contentInfo"),
  ],
}, {
  what: "a datastore",
  change: (config) => at(config.datastores, 0).fqdn = "other",
  written: [...topic("DatastoreConfig", uuid.datastore(0)), ...sections("datastores", "loc_config")],
}, {
  what: "a network instance",
  change: (config) => at(config.networkInstances, 0).activate = false,
  written: [...topic("NetworkInstanceConfig", uuid.networkInstance(0)), ...sections("networkInstances")],
}, {
  what: "a network that a port uses; the one with an error stays as it is",
  change: (config) => at(config.networks, 0).mtu = 1400,
  written: [
    ...topic("NetworkXObjectConfig", uuid.network(0)),
    ...topic("DevicePortConfig", "zedagent"),
    ...sections("networks", "systemAdapterList"),
  ],
}, {
  what: "a network that no port uses",
  change: (config) => at(config.networks, 2).ip.subnet = "x",
  written: [...topic("NetworkXObjectConfig", uuid.network(2)), ...sections("networks", "systemAdapterList")],
}, {
  what: "a bond",
  change: (config) => at(config.bonds, 0).bond_mode = 2,
  written: [...topic("DevicePortConfig", "zedagent"), ...sections("systemAdapterList")],
}, {
  what: "an I/O adapter that no port uses",
  change: (config) => at(config.deviceIoList, 3).phyaddrs.PciLong = "0000:09:00.0",
  written: [...topic("PhysicalIOAdapterList", "zedagent"), ...sections("deviceIoList", "systemAdapterList")],
}, {
  what: "a SCEP profile",
  change: (config) => at(config.scep_profiles, 0).csr_profile.common_name = "other",
  written: [...topic("SCEPProfile", "profile-0"), ...sections("scep_profiles", "systemAdapterList")],
}, {
  what: "a setting",
  change: (config) => at(config.configItems, 0).value = "61",
  written: topic("ConfigItemValueMap", "global"),
}, {
  what: "the profile",
  change: (config) => config.global_profile = "night",
  written: topic("ZedAgentStatus", "zedagent"),
}, {
  what: "the name of the device",
  change: (config) => config.device_name = "other",
  written: [...topic("EdgeNodeInfo", "global"), ...sections("names")],
}, {
  what: "the disks",
  change: (config) => config.disks.array_type = 2,
  written: [...topic("EdgeNodeDisks", "global"), ...sections("disks")],
}, {
  what: "the content of a patch envelope",
  change: (config) => at(at(config.patchEnvelopes, 0).artifacts, 0).inline.base64Data = "d29ybGQ=",
  written: [patchFile, patchList, ...sections("patchEnvelopes")],
}, {
  what: "the base OS",
  change: (config) => config.baseos.base_os_version = "2.0",
  written: [...topic("BaseOsConfig", uuid.contentTree(0)), ...sections("baseos")],
}, {
  what: "a cipher context: what is encrypted with it, and nothing else",
  change: (config) => at(config.cipherContexts, 0).hashScheme = 2,
  written: [
    ...topic("CipherContext", "context"),
    ...topic("DatastoreConfig", uuid.datastore(0)),
    ...sections(
      "apps",
      "cipherContexts",
      "cluster",
      "datastores",
      "loc_config",
      "networks",
      "patchEnvelopes",
      "scep_profiles",
      "systemAdapterList",
    ),
  ],
}, {
  what: "an app that is gone, and with it the use of its volumes",
  change: (config) => void config.apps.pop(),
  written: [],
  removed: [],
}, {
  what: "a SCEP profile that is gone",
  change: (config) => void config.scep_profiles.pop(),
  written: [],
  removed: [],
}];

for (const size of [small, typical, huge]) {
  Deno.test(`the ${size.name} device: applied, again, and with each single change the files that it implies`, async () => {
    await using folder = openConfigFolder();
    const first = folder.apply(deviceConfig(size));
    assertEquals(first.result, "configOK");
    assertEquals(countOf(folder, "AppInstanceConfig"), size.apps);
    assertEquals(countOf(folder, "VolumeConfig"), size.volumes);
    assertEquals(countOf(folder, "ContentTreeConfig"), size.contentTrees);
    assertEquals(folder.apply(deviceConfig(size)), { result: "configOK", written: [], removed: [] });
    for (const { what, change, written, removed } of changes) {
      const config = deviceConfig(size);
      change(config);
      const changed = folder.apply(config);
      if (removed === undefined) {
        assertEquals(changed.written, written.toSorted(), what);
        assertEquals(changed.removed, [], what);
      } else assertEquals(changed, { result: "configOK", ...goneOf(size, what) }, what);
      folder.apply(deviceConfig(size));
    }
  });

  Deno.test(`the ${size.name} device: everything removed, and only what has to stay stays`, async () => {
    await using folder = openConfigFolder();
    folder.apply({ id: { uuid: deviceUUID } });
    const bare = folder.files();
    folder.apply(deviceConfig(size));
    const ports = folder.read("/run/zedagent/DevicePortConfig/zedagent.json");
    folder.apply({ id: { uuid: deviceUUID } });
    const more = [...topic("DevicePortConfig", "zedagent"), patchList];
    assertEquals(folder.files(), [...bare, ...more].toSorted());
    assertEquals(folder.read("/run/zedagent/DevicePortConfig/zedagent.json"), ports);
    assertEquals(folder.read(patchList), '{"Envelopes":null}');
    assert(
      folder.read("/run/zedagent/ConfigSections/systemAdapterList.json")?.includes("ports in force stay"),
    );
  });
}

function countOf(folder: ConfigFolder, name: string): number {
  return folder.files().filter((path) => path.startsWith(`/run/zedagent/${name}/`) && path.endsWith(".json"))
    .length;
}

/** The last app with its volumes, or the last profile. */
function goneOf(size: DeviceSize, what: string): { readonly written: string[]; readonly removed: string[] } {
  if (what.startsWith("a SCEP")) {
    const last = `profile-${size.profiles - 1}`;
    // The only profile is the one that 802.1X needs.
    const ports = size.profiles === 1 ? topic("DevicePortConfig", "zedagent") : [];
    return {
      written: [...sections("scep_profiles", "systemAdapterList"), ...ports].toSorted(),
      removed: topic("SCEPProfile", last),
    };
  }
  const perApp = Math.max(1, Math.floor(size.volumes / size.apps));
  const keys = Array.from({ length: perApp }, (_, n) => `${uuid.volume((size.apps - 1) * perApp + n)}#1`);
  return {
    written: [...topic("VolumeConfig", ...keys), ...restarted("VolumeConfig"), ...sections("apps", "volumes")]
      .toSorted(),
    removed: topic("AppInstanceConfig", uuid.app(size.apps - 1)),
  };
}

Deno.test("what is too large for the bus is refused with a reason, its neighbours and what was in force stay", async () => {
  await using folder = openConfigFolder();
  folder.apply(deviceConfig(small));
  const ports = folder.read("/run/zedagent/DevicePortConfig/zedagent.json");
  const config = deviceConfig(small);
  const adapters = Array.from({ length: 200 }, (_, n) => ({ name: `port-${n}`, lowerLayerName: "eth0" }));
  const large = { ...at(config.networkInstances, 0), displayname: "x".repeat(70_000) };
  const next = { ...large, displayname: "next", uuidandversion: { uuid: uuid.networkInstance(7) } };
  folder.apply({ ...config, systemAdapterList: adapters, networkInstances: [large, next] });
  const errors = folder.side.sections.asItems();
  assert(errors.get("config.systemAdapterList")?.error.includes("expected up to 160 system adapters"));
  assert(errors.get("config.networkInstances")?.error.includes(uuid.networkInstance(0)));
  assertEquals(folder.read("/run/zedagent/DevicePortConfig/zedagent.json"), ports);
  const instance = (n: number) =>
    folder.read(`/run/zedagent/NetworkInstanceConfig/${uuid.networkInstance(n)}.json`);
  assert(instance(0)?.includes("network-0") && instance(7)?.includes("next"));
});

Deno.test("each field of the config API is set at least once, and what carries them all is applied or refused with reasons", async () => {
  const type = edgeDevConfigType();
  const received = everyField(deviceUUID);
  const missing = allFields(type).difference(setFields(type, type.decode(received)));
  assertEquals([...missing], []);
  assert(allFields(type).size > 250, `${allFields(type).size} fields`);
  await using folder = openConfigFolder();
  // `maintenance_mode` and the commands are set as well: in the second, nothing keeps the rest back.
  folder.apply(received);
  const free = type.toObject(type.decode(received));
  delete free["maintenance_mode"];
  delete free["config_timestamp"];
  const { result } = folder.apply(type.encode(type.fromObject(free)).finish());
  assertEquals(result, "configOK");
  assertEquals(countOf(folder, "AppInstanceConfig"), 1);
  const reports = [...folder.side.sections.asItems()].map(([name, { error }]) => `${name}: ${error}`);
  for (const report of reports) assert(!report.includes("working on it failed"), report);
  assertEquals(folder.device.reported, []);
});
