/** What is remembered of ways that led nowhere, and for how long. */
import { assertEquals } from "@std/assert";
import { addresses, network, port } from "../testdata/device.ts";
import { type Path, PathMemory, REMEMBERED_MS } from "./path_memory.ts";

const PATH: Path = { ifName: "eth0", sourceAddr: "10.0.0.1", proxy: "direct", host: "c.example" };
const TIMEOUT = { kind: "timeout", layer: "tcp" } as const;
const NOW = 1_000_000;

Deno.test("a way that cost time is bad for a minute, and good as soon as it works", () => {
  const memory = new PathMemory();
  assertEquals(memory.isBad(PATH, NOW), false);
  memory.failed(PATH, TIMEOUT, NOW);
  assertEquals([0, 1, REMEMBERED_MS - 1, REMEMBERED_MS].map((ms) => memory.isBad(PATH, NOW + ms)), [
    true,
    true,
    true,
    false,
  ]);
  memory.worked(PATH);
  assertEquals(memory.isBad(PATH, NOW), false);
});

Deno.test("only this way is: another address, proxy, port or host is not", () => {
  const memory = new PathMemory();
  memory.failed(PATH, TIMEOUT, NOW);
  for (
    const change of [{ ifName: "eth1" }, { sourceAddr: "10.0.0.2" }, { proxy: "http://p:1" }, {
      host: "d.example",
    }]
  ) {
    assertEquals(memory.isBad({ ...PATH, ...change }, NOW), false);
  }
});

Deno.test("what comes at once, and what is the server's fault, is not remembered", () => {
  const rows = [
    ["refused", "tcp", false],
    ["reset", "tls", false],
    ["proxy-auth", "proxy", false],
    ["timeout", "http", false],
    ["cert-expired", "tls", false],
    ["timeout", "tls", true],
    ["timeout", "proxy", true],
    ["timeout", "dns", true],
    ["unreachable", "tcp", true],
    ["resolve", "dns", true],
  ] as const;
  for (const [kind, layer, isBad] of rows) {
    const memory = new PathMemory();
    memory.failed(PATH, { kind, layer }, NOW);
    assertEquals(memory.isBad(PATH, NOW), isBad, `${kind} ${layer}`);
  }
});

Deno.test("a port that changes is forgotten, the others are not", () => {
  const changes = [
    addresses("10.0.0.9"),
    { DNSServers: ["10.0.0.53"] },
    { LastSucceeded: "2025-01-01T00:00:00Z" },
    { Proxies: [{ type: 1, server: "p", port: 1 }] },
    { Pacfile: "AA==" },
  ];
  const other = { ...PATH, ifName: "eth1" };
  for (const change of changes) {
    const memory = new PathMemory();
    memory.follow(network(port("eth0"), port("eth1")));
    for (const path of [PATH, other]) memory.failed(path, TIMEOUT, NOW);
    memory.follow(network(port("eth0"), port("eth1", { Cost: 7 })));
    assertEquals([memory.isBad(PATH, NOW), memory.isBad(other, NOW)], [true, true]);
    memory.follow(network(port("eth0", change), port("eth1")));
    assertEquals([memory.isBad(PATH, NOW), memory.isBad(other, NOW)], [false, true]);
  }
});
