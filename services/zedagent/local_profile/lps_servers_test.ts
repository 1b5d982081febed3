import { assertEquals } from "@std/assert";
import { goNetworkInstanceConfig, nilUUID } from "../../topics/mod.ts";
import { goAppNetworkStatus, lpsServers, parseLpsAddress } from "./lps_servers.ts";

const id = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;

function app(last: number, network: string, bridge: string, bridgeIP: string, ...addresses: string[]) {
  return goAppNetworkStatus.make({
    UUIDandVersion: { UUID: id(last), Version: "" },
    AppNetAdapterList: [{
      Network: network,
      Bridge: bridge,
      BridgeIPAddr: bridgeIP,
      AssignedAddresses: {
        IPv4Addrs: addresses.filter((address) => !address.includes(":")).map((Address) => ({ Address })),
        IPv6Addrs: addresses.filter((address) => address.includes(":")).map((Address) => ({ Address })),
      },
    }],
  });
}

function instance(last: number, ...names: (readonly [string, ...string[]])[]) {
  return [
    id(last),
    goNetworkInstanceConfig.make({
      UUID: id(last),
      DnsNameToIPList: names.map(([HostName, ...IPs]) => ({ HostName, IPs })),
    }),
  ] as const;
}

Deno.test("an address, with and without a port; what is none", () => {
  const cases: [string, string | undefined, number?][] = [
    ["10.1.0.2", "10.1.0.2", 8888],
    ["10.1.0.2:99", "10.1.0.2", 99],
    ["lps.local", "lps.local", 8888],
    ["Lps.Local:1234", "Lps.Local", 1234],
    ["lps:", "lps", 8888],
    ["fd00::2", "fd00::2", 8888],
    ["[fd00::2]:80", "fd00::2", 80],
    ["", undefined],
    ["a/b", undefined],
    ["user@host", undefined],
    ["host:99999", undefined],
    ["http://host", undefined],
  ];
  for (const [text, host, port] of cases) {
    assertEquals(parseLpsAddress(text), host === undefined ? undefined : { host, port: port ?? 0 }, text);
  }
});

Deno.test("an IP must be one that an app was given; the way leads over that app's bridge", () => {
  const apps = [
    app(1, id(8), "bn1", "10.1.0.1", "10.1.0.2"),
    app(2, id(9), "bn2", "10.2.0.1", "10.2.0.2", "fd00::2"),
    app(3, id(9), "bn3", "", "10.3.0.2"),
  ];
  assertEquals(lpsServers("10.2.0.2:80", apps, new Map()), [{
    baseUrl: "http://10.2.0.2:80",
    ifName: "bn2",
    sourceAddr: "10.2.0.1",
    appUUID: id(2),
  }]);
  assertEquals(lpsServers("[fd00:0::2]", apps, new Map()).map(({ baseUrl }) => baseUrl), [
    "http://[fd00:0::2]:8888",
  ]);
  assertEquals(lpsServers("10.9.0.2", apps, new Map()), []);
  assertEquals(lpsServers("10.3.0.2", apps, new Map()), [], "no bridge address");
});

Deno.test("a name must be in the DNS of the network instance that an app is in", () => {
  const apps = [
    app(1, id(8), "bn1", "10.1.0.1", "10.1.0.2"),
    app(2, id(9), "bn2", "10.2.0.1", "10.2.0.2"),
    app(3, id(9), "bn2", "10.2.0.1", "10.2.0.3"),
    app(4, nilUUID, "bn4", "10.4.0.1", "10.4.0.2"),
  ];
  const instances = new Map([
    instance(8, ["other", "10.1.0.2"]),
    instance(9, ["lps", "10.2.0.2", "10.2.0.9"]),
  ]);
  assertEquals(
    lpsServers("lps", apps, instances).map((
      { baseUrl, ifName, sourceAddr },
    ) => [baseUrl, ifName, sourceAddr]),
    [["http://10.2.0.2:8888", "bn2", "10.2.0.1"], ["http://10.2.0.9:8888", "bn2", "10.2.0.1"]],
  );
  assertEquals(lpsServers("nobody", apps, instances), []);
});
