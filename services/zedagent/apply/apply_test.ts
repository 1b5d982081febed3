/** Acceptance, change detection, and what the network tells. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { toTimestamp } from "../../../proto/timestamp.ts";
import { goAddrInfo, goDeviceNetworkStatus, goNetworkPortStatus, goRadioSilence } from "../../topics/mod.ts";
import { hasRecovered, settledRadioSilence } from "../network_view.ts";
import { edgeDevConfig } from "../testdata/edge_dev_config.ts";
import { acceptance } from "./accept.ts";

const uuid = "572cd3bc-ade6-42ad-97a0-22cd24fed1a0";

Deno.test("a config for another device, or for none, is refused; upper case and absence are fine", () => {
  const kind = (id: string | undefined, own = uuid) =>
    acceptance(edgeDevConfig(id === undefined ? {} : { id: { uuid: id } }), own, undefined).kind;
  assertEquals([kind(uuid), kind(uuid.toUpperCase()), kind(undefined)], ["accepted", "accepted", "accepted"]);
  assertEquals([kind("11111111-1111-4111-8111-111111111111"), kind("x"), kind("")], [
    "invalidConfig",
    "invalidConfig",
    "invalidConfig",
  ]);
  assertEquals(kind("11111111-1111-4111-8111-111111111111", ""), "accepted");
});

Deno.test("timestamps compare with what was accepted in this process, to the nanosecond", () => {
  const at = (ms: number) => edgeDevConfig({ config_timestamp: toTimestamp(ms) });
  assertEquals(acceptance(at(1000), uuid, undefined), { kind: "accepted", timestamp: 1000 });
  assertEquals(acceptance(at(1000), uuid, 1000).kind, "accepted");
  const refused = acceptance(at(999.5), uuid, 1000);
  assert(refused.kind === "obsoleteConfig");
  assertStringIncludes(refused.reason, "1970-01-01T00:00:01.000Z");
  assertEquals(acceptance(edgeDevConfig({}), uuid, 1000), { kind: "accepted", timestamp: undefined });
});

Deno.test("the network has recovered when tests succeed anew, or the first usable address is there", () => {
  const status = (State: number, addresses: readonly string[]) =>
    goDeviceNetworkStatus.make({
      Version: 1,
      State,
      Ports: [goNetworkPortStatus.make({
        IsMgmt: true,
        IsL3Port: true,
        AddrInfoList: addresses.map((Addr) => goAddrInfo.make({ Addr })),
      })],
    });
  assertEquals(hasRecovered(status(1, ["10.0.0.1"]), status(3, ["10.0.0.1"])), true);
  assertEquals(hasRecovered(status(3, ["10.0.0.1"]), status(3, ["10.0.0.1", "10.0.0.2"])), false);
  assertEquals(hasRecovered(status(4, []), status(4, ["10.0.0.1"])), true);
  assertEquals(hasRecovered(status(4, []), status(4, ["fe80::1"])), false);
  assertEquals(hasRecovered(undefined, status(3, ["10.0.0.1"])), true);
});

Deno.test("radio silence is settled by the answer to the very change", () => {
  const asked = goRadioSilence.make({ ChangeInProgress: true, ChangeRequestedAt: "2026-01-01T00:00:00Z" });
  assertEquals(settledRadioSilence(asked, asked), undefined);
  assertEquals(
    settledRadioSilence(asked, goRadioSilence.make({ ChangeRequestedAt: "2025-01-01T00:00:00Z" })),
    undefined,
  );
  const answer = { ...asked, ChangeInProgress: false, ConfigError: "no modem" };
  assertEquals(settledRadioSilence(asked, answer), answer);
});
