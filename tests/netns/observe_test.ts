/** What nim sees of a real network, how soon, and that looking changes nothing. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { systemClock } from "../../services/agent/mod.ts";
import { testDevice } from "../../services/agent/test_device.ts";
import { observingApplier } from "../../services/nim/apply/observing.ts";
import { readNetwork } from "../../services/nim/observe/network.ts";
import { portConfig as port } from "../../services/nim/testdata/links.ts";
import { until } from "../site/until.ts";
import { AppliedPorts } from "./applied_ports.ts";
import { BareLab } from "./bare_lab.ts";
import { runProgram } from "./command.ts";
import { type ChildEvent, JsonChild } from "./json_child.ts";
import { Lab } from "./lab.ts";

interface Changed extends ChildEvent {
  readonly at: number;
}

interface Seen {
  readonly links: readonly {
    readonly name: string;
    readonly addresses: readonly { readonly address: string }[];
  }[];
  readonly resolv: Readonly<Record<string, { readonly servers: readonly string[] }>>;
  readonly logged: readonly string[];
}

Deno.test("an address, a link, a route and a resolver file each wake nim; a monitor that was killed comes back (W5, W20)", async () => {
  await using lab = await BareLab.open({});
  const { namespace, root } = lab.device;
  const settings = { root, clockSpeed: 60 };
  await using watch = await JsonChild.start<Changed>(namespace, "network_watch.ts", settings);
  const monitor = () => findProcess(namespace.name, "ip\0monitor");
  await until("ip monitor runs", async () => await monitor() !== undefined);
  const wakesFor = async (what: string, change: () => Promise<unknown>) => {
    await quiet(watch);
    const [before, start] = [watch.events.length, Date.now()];
    await change();
    await watch.until(what, (events) => events.length > before);
    const delay = (watch.events[before]?.at ?? 0) - start;
    assert(delay < 2_000, `${what} was seen after ${delay} ms`);
  };
  await wakesFor("an address", () => namespace.ip("addr add 10.77.0.2/24 dev eth0"));
  await wakesFor("a route", () => namespace.ip("route add default via 10.77.0.1"));
  await wakesFor("a link", () => lab.router(0).namespace.ip("link set lan down"));
  const file = `${root}/run/dhcpcd/resolv.conf/eth0.dhcp`;
  await wakesFor("a resolver file by rename", async () => {
    await Deno.writeTextFile(`${file}.tmp`, "nameserver 10.77.0.1\n");
    await Deno.rename(`${file}.tmp`, file);
  });
  const seen = await watch.ask<Seen>({});
  assertEquals(seen.resolv["eth0"]?.servers, ["10.77.0.1"]);
  assertEquals(seen.links.find(({ name }) => name === "eth0")?.addresses[0]?.address, "10.77.0.2");
  await wakesFor("a resolver file that goes", () => Deno.remove(file));
  await wakesFor("resolv.conf", () => Deno.writeTextFile(`${root}/etc/resolv.conf`, "nameserver 10.0.0.1\n"));
  const first = await monitor();
  assert(first !== undefined);
  await wakesFor("the monitor that ended", () => {
    Deno.kill(first, "SIGKILL");
    return until("another monitor runs", async () => ![undefined, first].includes(await monitor()));
  });
  await wakesFor("an address, after it", () => namespace.ip("addr add 10.77.0.3/24 dev eth0"));
  const { logged } = await watch.ask<Seen>({});
  assert(logged.some((line) => line.startsWith("WARN") && line.includes("ip monitor")), logged.join("\n"));
});

Deno.test("[nim#47] observing changes nothing, and works for nobody without any privilege", async () => {
  await using lab = await Lab.open({ ipv6: true }, {});
  const linux = async () => {
    const texts = await Promise.all(
      [["rule"], ["-6", "rule"], ["route", "show", "table", "all"], ["link"], ["address"]].map((args) =>
        lab.device.run("ip", ...args)
      ),
    );
    return [...texts, await Deno.readTextFile(`/etc/netns/${lab.device.name}/resolv.conf`)].join("\n");
  };
  const before = await linux();
  const nobody = [
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    "--bounding-set=-all",
    "--no-new-privs",
  ];
  await using device = testDevice({
    clock: systemClock,
    runCommands: {
      run: (name, args) => {
        const [program, words] = lab.device.command("setpriv", [...nobody, name, ...args]);
        return runProgram(program, words);
      },
    },
  });
  const network = await readNetwork(device, ["eth0", "eth1"]);
  const eth0 = network.links.find(({ name }) => name === "eth0");
  assertEquals(eth0?.addresses.slice(0, 2).map(({ address }) => address), [...lab.uplink(0).addresses]);
  assertEquals(eth0?.defaultRouters, [lab.uplink(0).gateway(), lab.uplink(0).gateway(6)]);
  assertNotEquals(eth0?.ifIndex, 0);
  assertEquals(network.leases.size, 0);
  const applied = await observingApplier().apply(AppliedPorts.wanted(port("eth0")), {
    ...network,
    hostResolv: { servers: ["10.77.0.1"], domains: [] },
  });
  assertEquals([...applied.resolverServers], [["eth0", ["10.77.0.1"]]]);
  assertEquals(await linux(), before);
  assert(device.commandLines.length >= 3);
  assertEquals(await Array.fromAsync(Deno.readDir(device.paths.run)), []);
});

Deno.test("[nim#41] dhcpcd's own words for a lease: the subnet and the time servers of DHCP", async () => {
  await using lab = await BareLab.open({ ipv6: true });
  await lab.startDhcp(0, { ntpServers: ["10.77.0.7", "10.77.0.8"], ipv6: true });
  await using ports = new AppliedPorts(lab, "plain", AppliedPorts.wanted(port("eth0")));
  await ports.until("both families have a lease", ({ leases }) => {
    const { v4, v6 } = leases.get("eth0") ?? {};
    return v4?.subnet !== undefined && (v6?.subnets.length ?? 0) > 0;
  });
  assertEquals((await ports.network()).leases.get("eth0"), {
    v4: { subnet: { network: "10.77.0.0", prefix: 24 }, ntpServers: ["10.77.0.7", "10.77.0.8"] },
    v6: { subnets: [{ network: "fd77:a0::", prefix: 64 }], ntpServers: [] },
  });
});

/** Waits until it has said nothing for a tenth of a second. */
async function quiet({ events }: JsonChild<Changed>): Promise<void> {
  await until("no more wake-ups", () => Date.now() - (events.at(-1)?.at ?? 0) > 100);
}

async function findProcess(namespace: string, words: string): Promise<number | undefined> {
  const { stdout } = await runProgram("ip", ["netns", "pids", namespace]);
  const found = stdout.split("\n").filter((pid) => pid !== "").map(Number).find((pid) => {
    try {
      return Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes(words);
    } catch {
      return false;
    }
  });
  return found;
}
