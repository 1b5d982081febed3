/** Sections that are passed on, commands, mode and state. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { config } from "../../../proto/device.ts";
import { fromBigInt } from "../../../proto/int64.ts";
import { edgeDevConfig } from "../testdata/edge_dev_config.ts";
import { apps, withoutLargeParts } from "./apps.ts";
import { cipherBlock, cipherContexts } from "./cipher.ts";
import { datastores, locConfig } from "./datastores.ts";
import { decideOps, parseStoredOps } from "./device_ops.ts";
import { deviceState, maintenanceMode } from "./maintenance.ts";
import { networkInstances } from "./network_instances.ts";
import { networkObjects } from "./networks.ts";
import { physicalIOAdapterList, physicalIOAdapters } from "./physical_io.ts";
import { parseSubnet } from "./subnet.ts";
import { volumes } from "./volumes.ts";

const now = "2026-01-01T00:00:00Z";
const id = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;

Deno.test("I/O adapters: labels, addresses in any case, unknown ones; one that can't be used is left out", () => {
  const { entries, reports } = physicalIOAdapters(
    edgeDevConfig({
      deviceIoList: [
        { ptype: 1, phylabel: "eth0", phyaddrs: { IfName: "eth0", odd: "x" }, usage: 1 },
        { ptype: 11, phylabel: "pf", vflist: { vf_count: 1, data: [{ vlan_id: 4095 }] } },
      ],
    }).deviceIoList,
  );
  assertEquals(entries.get("eth0")?.Phyaddr.Ifname, "eth0");
  assertEquals(entries.get("eth0")?.Phyaddr.UnknownType, "x");
  assertEquals([entries.has("pf"), reports.length], [false, 1]);
  assertEquals(physicalIOAdapterList(new Map()), { Initialized: true, AdapterList: null });
});

Deno.test("networks: more_ntp without ntp is kept, subnets must fit the type, errors stay in the object", () => {
  const list = edgeDevConfig({
    networks: [
      { id: id(1), type: 4, ip: { dhcp: 4, more_ntp: ["a", "b"] } },
      { id: id(2), type: 4, ip: { dhcp: 4, subnet: "2001:db8::/64" } },
      { id: "x", type: 4 },
      { id: id(3), type: 4, mtu: 1000, ip: { dhcp: 4 } },
    ],
  }).networks;
  const { entries, reports } = networkObjects(list, new Map(), now);
  assertEquals(entries.get(id(1))?.NTPServers, ["a", "b"]);
  assertStringIncludes(entries.get(id(2))?.Error ?? "", "does not fit");
  assertStringIncludes(entries.get(id(3))?.Error ?? "", "MTU");
  assertEquals(reports.length, 1);
});

Deno.test("subnets: network address and mask", () => {
  assertEquals(parseSubnet("10.1.2.3/12")?.net, { IP: "10.0.0.0", Mask: new Uint8Array([255, 240, 0, 0]) });
  assertEquals(parseSubnet("2001:db8::5/64")?.net.IP, "2001:db8::");
  assertEquals([parseSubnet("10.0.0.0/33"), parseSubnet("10.0.0.0"), parseSubnet("")], [
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("encrypted blocks: with context, without, incomplete, none", () => {
  const contexts = cipherContexts(
    edgeDevConfig({
      cipherContexts: [{
        contextId: "c",
        deviceCertHash: new Uint8Array([1]),
        controllerCertHash: new Uint8Array([2]),
      }, {}],
    }).cipherContexts,
  );
  assertEquals(contexts.reports.length, 1);
  const block = (cipherContextId: string, bytes: number[]) => ({
    cipherContextId,
    initialValue: new Uint8Array(16),
    cipherData: new Uint8Array(bytes),
    clearTextSha256: new Uint8Array(32),
  });
  const make = (fields: ReturnType<typeof block>) => {
    const [store] = edgeDevConfig({ datastores: [{ id: id(1), cipherData: fields }] }).datastores;
    return cipherBlock("b", store?.cipherData, contexts.entries, now);
  };
  assertEquals(make(block("c", [1])).CipherContext?.ContextID, "c");
  assertEquals([make(block("d", [1])).CipherContext, make(block("d", [1])).IsCipher], [null, true]);
  assertEquals(make(block("c", [])).Error, "block contains incomplete data");
  assertEquals(cipherBlock("b", null, contexts.entries, now).IsCipher, false);
});

Deno.test("datastores, console, instances, volumes, apps keep what they carry", () => {
  const from = edgeDevConfig({
    datastores: [{ id: id(1).toUpperCase(), dType: 1, fqdn: "http://x" }],
    loc_config: { loc_url: "https://loc", datastore_collect_info_id: [id(1)] },
    networkInstances: [
      {
        uuidandversion: { uuid: id(2), version: "1" },
        instType: 2,
        ip: { subnet: "10.1.0.0/16", gateway: "10.1.0.1" },
      },
      { uuidandversion: { uuid: id(3) }, ip: { gateway: "x" } },
    ],
    volumes: [{
      uuid: id(4),
      generationCount: fromBigInt(9007199254740993n, false),
      maxsizebytes: fromBigInt(5n, false),
    }],
    apps: [{
      uuidandversion: { uuid: id(5) },
      displayname: "app",
      activate: true,
      userData: "e30=",
      start_delay_in_seconds: 3,
      fixedresources: { memory: 1024, disableLogs: true },
      volumeRefList: [{ uuid: id(4) }],
      interfaces: [{
        name: "eth",
        networkId: id(2),
        macAddress: "02:00:00:00:00:01",
        addr: "nonsense",
        acls: [{ name: "acl" }],
      }],
    }],
  });
  const stores = datastores(from.datastores, new Map(), now).entries;
  assertEquals([stores.get(id(1))?.DsType, stores.get(id(1))?.Region], ["DsHttp", "us-west-2"]);
  assertEquals(locConfig(from.loc_config, stores).value.CollectInfoDatastore.UUID, id(1));
  const instances = networkInstances(from.networkInstances, now).entries;
  assertEquals([instances.get(id(2))?.EnableFlowlog, instances.get(id(2))?.Subnet.IP], [true, "10.1.0.0"]);
  assertStringIncludes(instances.get(id(3))?.Error ?? "", "gateway");
  const volume = volumes(from.volumes, from.apps, "").entries;
  assertEquals([...volume.keys()], [`${id(4)}#9007199254740993`]);
  assertEquals(volume.values().next().value?.HasNoAppReferences, false);
  const app = apps(from.apps, { contexts: new Map(), devUUID: "", now }).entries.get(id(5));
  assertEquals([app?.Delay, app?.DisableLogs, app?.Errors?.length], [3e9, true, 1]);
  assertEquals(app?.AppNetAdapterList?.[0]?.AppMacAddr?.toHex(), "020000000001");
  const small = app && withoutLargeParts(app, "too large");
  assertEquals([
    small?.["pubsub-large-CloudInitUserData"],
    small?.AppNetAdapterList?.[0]?.ACLs,
    small?.Errors?.at(-1),
  ], [null, null, "too large"]);
});

Deno.test("[zedagent#26] reboot counters: the first is only stored, a higher one is an order, the same is nothing", () => {
  const idle = { stored: undefined, last: undefined, operationRuns: false, updateInprogress: false };
  const command = (counter: number) =>
    config.DeviceOpsCmd.decode(config.DeviceOpsCmd.encode({ counter, desiredState: true }).finish());
  const stored = (Counter: number) => ({ Counter, DesiredState: true, OpsTime: "" });
  assertEquals(decideOps(command(5), idle).kind, "first-contact");
  assertEquals(decideOps(command(5), { ...idle, stored: stored(5) }), { kind: "none", skip: false });
  assertEquals(decideOps(command(6), { ...idle, stored: stored(5) }).kind, "execute");
  assertEquals(decideOps(command(6), { ...idle, stored: stored(5), updateInprogress: true }).kind, "defer");
  assertEquals(decideOps(command(6), { ...idle, stored: stored(5), operationRuns: true }).kind, "ignore");
  assertEquals(
    decideOps(command(6), { ...idle, stored: stored(6), last: { command: stored(6), accepted: true } }),
    { kind: "none", skip: true },
  );
  assertEquals(decideOps(null, { ...idle, stored: stored(6) }).kind, "forget");
});

Deno.test("stored counters: whatever is no counter counts as absent", () => {
  assertEquals(parseStoredOps('{"Counter":5,"DesiredState":true,"OpsTime":"x"}'), {
    Counter: 5,
    DesiredState: true,
    OpsTime: "x",
  });
  for (const text of ["", "{", "[]", "null", '{"Counter":"5"}', '{"Counter":-1}']) {
    assertEquals(parseStoredOps(text), undefined, text);
  }
});

Deno.test("maintenance: the item overrides, then the config, then nodeagent", () => {
  const none = { item: 0, ofConfig: false, ofNodeAgent: false, nodeAgentReasons: [] } as const;
  assertEquals(maintenanceMode(none), { on: false, reasons: [] });
  assertEquals(maintenanceMode({ ...none, item: 2 }), { on: true, reasons: [1] });
  assertEquals(maintenanceMode({ ...none, item: 1, ofConfig: true, ofNodeAgent: true }).on, false);
  assertEquals(maintenanceMode({ ...none, ofNodeAgent: true, nodeAgentReasons: [3] }), {
    on: true,
    reasons: [3],
  });
});

Deno.test("device state: the first that matches", () => {
  const idle = {
    maintenance: false,
    updating: false,
    rebooting: false,
    shuttingDown: false,
    poweringOff: false,
    allDomainsHalted: false,
    haveConfig: false,
  };
  assertEquals(deviceState(idle), 5);
  assertEquals(deviceState({ ...idle, haveConfig: true }), 1);
  assertEquals(deviceState({ ...idle, shuttingDown: true }), 6);
  assertEquals(deviceState({ ...idle, shuttingDown: true, allDomainsHalted: true }), 8);
  assertEquals(deviceState({ ...idle, rebooting: true, maintenance: true }), 3);
});
