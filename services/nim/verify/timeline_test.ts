/** The worked timeline (`spec/nim.md §7.8`), with the defaults of all items. */
import { assertEquals } from "@std/assert";
import { dpcStateName } from "../../topics/mod.ts";
import { entry, works } from "../dpc/testdata/entries.ts";
import { Bench, link, network, notReady, ok } from "./testdata/bench.ts";

Deno.test("a new configuration without DHCP answer: 150 s, back to the old one, and again at 750 s", () => {
  const old = entry("zedagent", 1, 1, works);
  const bench = new Bench({
    entries: [entry("zedagent", 2), old],
    network: network(link("eth0", { addresses: [], defaultRouters: [] })),
  });
  bench.testMs = 0;
  const told: string[] = [];
  const tell = () => {
    const seconds = Math.floor(bench.now / 1000);
    const line = `${seconds} s: index ${bench.index} ${dpcStateName(bench.entry(bench.index).State)}`;
    if (told.at(-1)?.split(": ")[1] !== line.split(": ")[1]) told.push(line);
  };
  bench.tester = (_, dpc) => dpc?.Ports?.[0]?.Cost === 1 ? ok : notReady;
  bench.begin();
  for (let second = 0; second < 1000; second++) {
    tell();
    bench.advance(1_000);
  }
  assertEquals(told, [
    "0 s: index 0 DPC_IPDNS_WAIT",
    "150 s: index 1 DPC_SUCCESS",
    "750 s: index 0 DPC_IPDNS_WAIT",
    "900 s: index 1 DPC_SUCCESS",
  ]);
  const applied = bench.of("apply").map(({ wanted }) => wanted.ports[0]?.Cost);
  assertEquals(applied, [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
});
