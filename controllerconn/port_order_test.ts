import { assertEquals } from "@std/assert";
import { hasError, isLinkLocal, managementPorts, sourceAddresses } from "./port_order.ts";
import { addPort, NOTHING_YET, type PortResult, type Total, totalKind } from "./port_result.ts";
import { SenderStatus } from "./sender_status.ts";
import { addresses, network, port } from "./testdata/device.ts";

const names = (status: Parameters<typeof managementPorts>[0], iteration = 0) =>
  managementPorts(status, iteration).map((each) => each.IfName).join(" ");

Deno.test("ports: cost groups ascend, rotation stays inside each group", () => {
  const status = network(
    port("a1", { Cost: 1 }),
    port("b0"),
    port("c1", { Cost: 1 }),
    port("d0"),
    port("e0"),
    port("f255", { Cost: 255 }),
  );
  assertEquals(
    [0, 1, 2, 3, -1].map((iteration) => names(status, iteration)),
    [
      "b0 d0 e0 a1 c1 f255",
      "d0 e0 b0 c1 a1 f255",
      "e0 b0 d0 a1 c1 f255",
      "b0 d0 e0 c1 a1 f255",
      "e0 b0 d0 c1 a1 f255",
    ],
  );
  assertEquals(names({ Version: 1, Ports: null }), "");
});

Deno.test("a port has an error if it failed after it last succeeded", () => {
  const times = (LastFailed: string, LastSucceeded: string) =>
    hasError(port("x", { LastFailed, LastSucceeded }));
  const [zero, early, late] = ["0001-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00.5Z"];
  assertEquals(
    [
      times(zero, zero),
      times(late, early),
      times(early, late),
      times(late, zero),
      times(late, late),
      times("", ""),
    ],
    [false, true, false, true, false, false],
  );
});

Deno.test("link-local and unreadable addresses are no sources", () => {
  assertEquals(["169.254.3.4", "fe80::1", "FEBF::1"].map(isLinkLocal), [true, true, true]);
  assertEquals(["169.25.4.1", "fec0::1", "10.0.0.1", "fd00::fe80"].map(isLinkLocal), [
    false,
    false,
    false,
    false,
  ]);
  assertEquals(sourceAddresses(port("x", addresses("", "10.0.0.1", "fe80::1", "nonsense", "fd00::1"))), [
    "10.0.0.1",
    "fd00::1",
  ]);
});

const answered = (ifName: string, code: number): PortResult => ({
  ifName,
  status: SenderStatus.SenderStatusNone,
  answer: { code, headers: {}, body: new Uint8Array(0), encrypted: true },
  attempts: code === 200 ? [] : [{ kind: "http-status", layer: "http", ifName, text: String(code) }],
  delivered: code === 200,
});

const silent = (
  ifName: string,
  kind: "refused" | "timeout" | "aborted",
  status: SenderStatus,
): PortResult => ({
  ifName,
  status,
  attempts: [{ kind, layer: "tcp", ifName, text: kind }],
  delivered: false,
});

const sum = (...ports: PortResult[]): Total =>
  ports.reduce((total, each) => addPort(total, each, false), NOTHING_YET);

Deno.test("results of several ports add up to one", () => {
  const { SenderStatusNone: none, SenderStatusRefused: refused, SenderStatusUpgrade: upgrade } = SenderStatus;
  const view = (
    total: Total,
  ) => [total.status, total.answer?.code, total.ifName, totalKind(total.attempts), total.done];
  assertEquals(view(sum(silent("a", "refused", refused), silent("b", "timeout", none))), [
    refused,
    undefined,
    "",
    "timeout",
    false,
  ]);
  assertEquals(view(sum(answered("a", 503), silent("b", "refused", refused))), [
    refused,
    503,
    "a",
    "http-status",
    false,
  ]);
  assertEquals(view(sum(answered("a", 503), answered("b", 500))), [upgrade, 500, "b", "http-status", false]);
  assertEquals(view(sum(answered("a", 503), silent("b", "aborted", none))).at(3), "aborted");
  const good = sum(silent("a", "refused", refused), answered("b", 200));
  assertEquals([good.status, good.delivered, good.done, good.attempts.length], [none, true, true, 1]);
});
