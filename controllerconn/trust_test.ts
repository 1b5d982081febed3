import { assertEquals, assertMatch, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { makeCertificate } from "./testdata/certificates.ts";
import { network, port, ROOT } from "./testdata/device.ts";
import { Trust, type TrustSet } from "./trust.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const SYSTEM = [1, 2].map((number) => makeCertificate({ name: `system ${number}`, ca: true }));
const [PROXY_A, PROXY_B] = [
  makeCertificate({ name: "a", ca: true }),
  makeCertificate({ name: "b", ca: true }),
];
const systemPem = SYSTEM.map(({ pem }) => pem).join("");
/** Ports `eth0`, `eth1` … with these blobs. */
const status = (...blobs: readonly (readonly string[] | null)[]) =>
  network(
    ...blobs.map((list, at) => port(`eth${at}`, { "pubsub-large-ProxyCertPEM": list?.map(bytes) ?? null })),
  );
const known = [...SYSTEM, ROOT, PROXY_A, PROXY_B];
/** Names of what is trusted. */
const names = ({ ca }: TrustSet) =>
  ca.map((pem) => known.find((each) => each.pem.trim() === pem.trim())?.name ?? pem).sort();
const ALWAYS = ["system 1", "system 2", "test root"];

Deno.test("system, root file and proxy certificates of all ports, always all three, whatever comes and goes", () => {
  const trust = new Trust(systemPem, ROOT.pem);
  const steps: [readonly (readonly string[] | null)[], string[]][] = [
    [[null, null], []],
    [[[PROXY_A.pem], null], ["a"]],
    [[[PROXY_A.pem], [PROXY_B.pem]], ["a", "b"]],
    [[null, [PROXY_B.pem]], ["b"]],
    [[[PROXY_A.pem + PROXY_B.pem], []], ["a", "b"]],
    [[["garbage"], [PROXY_A.pem]], ["a"]],
    [[[], []], []],
    [[null, null], []],
  ];
  for (const [blobs, proxies] of steps) {
    const set = trust.current(status(...blobs));
    assertEquals(names(set), [...proxies, ...ALWAYS]);
    assertEquals(set.rootsUsable, true);
  }
});

Deno.test("the same certificates give the same set, which keeps connections; any change another one", () => {
  const trust = new Trust(systemPem, ROOT.pem);
  const first = trust.current(status([PROXY_A.pem]));
  assertStrictEquals(trust.current(status([PROXY_A.pem])), first);
  const second = trust.current(status([PROXY_B.pem]));
  assertNotStrictEquals(second, first);
  assertNotStrictEquals(trust.current(status(null)), second);
});

Deno.test("a proxy certificate that is garbage is told with its port, and gone when the blob is", () => {
  const trust = new Trust(systemPem, ROOT.pem);
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  for (const bad of ["", "garbage", broken, ROOT.pem.slice(0, 200)]) {
    const { problems } = trust.current(status([PROXY_A.pem], [bad]));
    assertEquals(problems.map(({ kind, layer, ifName }) => [kind, layer, ifName]), [[
      "trust",
      "trust",
      "eth1",
    ]]);
    assertMatch(
      problems[0]?.text ?? "",
      /^proxy certificate of eth1 \(\d+ bytes\): expected PEM, found no readable/,
    );
  }
  assertEquals(trust.current(status([PROXY_A.pem], null)).problems, []);
});

Deno.test("a root file with an unreadable certificate gives the others and says so; one without any trusts nobody", () => {
  const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const part = new Trust(systemPem, broken + ROOT.pem).current(status(null));
  assertEquals([names(part), part.rootsUsable], [ALWAYS, true]);
  assertMatch(
    part.problems[0]?.text ?? "",
    /only 1 of its 2 certificates are readable; the others are left out/,
  );
  for (const rootPem of ["", "garbage", broken]) {
    const set = new Trust(systemPem, rootPem).current(status([PROXY_A.pem]));
    assertEquals([set.rootsUsable, set.problems.map(({ kind }) => kind)], [false, ["trust"]]);
  }
});
