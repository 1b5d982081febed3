/** What nim tries without any other configuration. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { topics } from "../../topics/mod.ts";
import type { Link } from "../machine.ts";
import { linkOf } from "../status/testdata/inputs.ts";
import { eligibleLinks, type Machine } from "./eligible_links.ts";
import { keepLastResort, type LastResort, type LastResortEvent, noLastResort } from "./last_resort.ts";

const now = "2026-08-22T10:00:00Z";
const machine = (...links: Link[]): Machine => ({ links, acceptsDefaultRoutes: false });
const names = (value: Machine) => eligibleLinks(value).map(({ name }) => name);
const nic = (name: string, some: Partial<Link> = {}): Link => ({ ...linkOf(name), ...some });

Deno.test("last resort tries real NICs, and bridges that took the name of one", () => {
  const links = [
    nic("lo", { loopback: true, broadcast: false }),
    ...["eth0", "enp3s0", "vif1", "nbu1x1", "nbo1x1", "wlan0", "wwan0", "keth1"].map((name) => nic(name)),
    nic("eth1", { kind: "bridge" }),
    nic("bn0", { kind: "bridge" }),
    nic("slave", { master: "bond0" }),
    nic("p2p", { broadcast: false }),
    ...["veth", "vlan", "dummy", "can", "vcan", "bond", "tun"].map((kind) => nic(`x${kind}`, { kind })),
  ];
  assertEquals(names(machine(...links)), ["eth0", "enp3s0", "eth1"]);
});

Deno.test("an interface that an app uses is left alone, by its name in the adapters", () => {
  const adapters = topics.domainmgr.AssignableAdapters.codec.decode(
    '{"IoBundleList":[{"Ifname":"eth0","UsedByUUID":"6822e35f-c1b8-43ca-b344-0bbc0ece8cf1"},{"Ifname":"eth1"}]}',
  );
  assertEquals(names({ ...machine(nic("eth0"), nic("eth1")), adapters }), ["eth1"]);
});

Deno.test("for an observing nim a default route is enough, on any link but loopback", () => {
  const defaultRouters = ["10.0.0.1"];
  const links = [
    nic("lo", { loopback: true, defaultRouters }),
    nic("eth0", { kind: "veth", defaultRouters }),
    nic("wlan0", { defaultRouters }),
    nic("veth1", { kind: "veth" }),
  ];
  assertEquals(names(machine(...links)), []);
  assertEquals(names({ ...machine(...links), acceptsDefaultRoutes: true }), ["eth0", "wlan0"]);
});

Deno.test("the last resort is DHCP on all of them, at the lowest priority, and says who made it", () => {
  const { add } = keepLastResort(noLastResort, { kind: "wanted" }, machine(nic("eth0"), nic("eth1")), now);
  assertEquals([add?.Key, add?.Version, add?.TimePriority], ["lastresort", 1, "1970-01-01T00:00:00Z"]);
  assertEquals(
    add?.Ports?.map((port) => [port.IfName, port.Phylabel, port.Logicallabel, port.Dhcp, port.Type]),
    [["eth0", "eth0", "eth0", 4, 4], ["eth1", "eth1", "eth1", 4, 4]],
  );
  const [port] = add?.Ports ?? [];
  assertEquals([port?.IsMgmt, port?.IsL3Port, port?.SharedLabels, port?.ConfigSource], [
    true,
    true,
    ["all", "uplink", "freeuplink"],
    { Origin: 4, SubmittedAt: now },
  ]);
});

/** Runs events in turn; `-` where nothing is added, else the interfaces. */
function story(steps: readonly [LastResortEvent["kind"], Machine][]): string[] {
  let state: LastResort = noLastResort;
  return steps.map(([kind, at]) => {
    const next = keepLastResort(state, { kind }, at, now);
    state = next.state;
    return next.add === undefined ? "-" : (next.add.Ports ?? []).map(({ IfName }) => IfName).join(" ");
  });
}

Deno.test("wanted, the last resort follows new interfaces and adapters, until it leaves the list", () => {
  const [one, both] = [machine(nic("eth0")), machine(nic("eth0"), nic("eth1"))];
  assertEquals(
    story([
      ["links", one],
      ["adapters", one],
      ["wanted", one],
      ["wanted", one],
      ["links", one],
      ["links", both],
      ["links", one],
      ["links", both],
      ["adapters", one],
      ["dropped", one],
      ["links", both],
      ["adapters", both],
      ["wanted", both],
    ]),
    ["-", "-", "eth0", "-", "-", "eth0 eth1", "-", "-", "eth0", "-", "-", "-", "eth0 eth1"],
  );
});

Deno.test("wanted on a machine without interfaces, it is added with the first that appears", () => {
  assertEquals(
    story([["wanted", machine()], ["adapters", machine()], ["links", machine(nic("eth0"))], [
      "adapters",
      machine(),
    ]]),
    ["-", "-", "eth0", "-"],
  );
  assertStrictEquals(keepLastResort(noLastResort, { kind: "links" }, machine(), now).state, noLastResort);
});
