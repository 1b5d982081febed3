import { assertEquals, assertStringIncludes } from "@std/assert";
import { profile } from "../../../proto/device.ts";
import { fromBigInt } from "../../../proto/int64.ts";
import { goAppInstanceConfig, goAppInstanceStatus, goTime } from "../../topics/mod.ts";
import { goVolumeRefConfig } from "../../topics/app_instance_config.ts";
import { acceptAppCommands, AppCommand, completedAppCommand, withoutGone } from "./app_commands.ts";
import { decodeAppCommands, encodeAppCommands, noAppCommands } from "./app_commands_file.ts";

const id = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;
const apps = new Map([
  [
    id(1),
    goAppInstanceConfig.make({
      UUIDandVersion: { UUID: id(1), Version: "1" },
      DisplayName: "one",
      VolumeRefConfigList: [goVolumeRefConfig.make({ VolumeID: id(7) })],
    }),
  ],
  [id(2), goAppInstanceConfig.make({ UUIDandVersion: { UUID: id(2), Version: "1" }, DisplayName: "two" })],
]);
const now = Date.UTC(2026, 4, 20, 22, 13, 31, 70);

function commands(...list: (readonly [string, string, bigint, number])[]): profile.AppCommand[] {
  return profile.LocalAppCmdList.decode(
    profile.LocalAppCmdList.encode({
      app_commands: list.map(([app, displayname, timestamp, command]) => ({
        id: app,
        displayname,
        timestamp: fromBigInt(timestamp, true),
        command,
      })),
    }).finish(),
  ).app_commands;
}

Deno.test("restart and purge raise counters once for each timestamp; purge also those of the app's volumes", () => {
  const list = commands([id(1), "", 5n, AppCommand.PURGE], [
    "",
    "two",
    18446744073709551615n,
    AppCommand.RESTART,
  ]);
  const first = acceptAppCommands(noAppCommands, list, apps, now);
  assertEquals([[...first.apps], [...first.volumes], first.reports], [[id(1), id(2)], [id(7)], []]);
  const again = acceptAppCommands(first.state, list, apps, now + 1000);
  assertEquals(again.state === first.state, true);
  const next = acceptAppCommands(first.state, commands([id(1), "one", 6n, AppCommand.PURGE]), apps, now);
  assertEquals(next.state.AppCounters?.[id(1)]?.PurgeCmd.Counter, 2);
  assertEquals(next.state.VolumeGenCounters[id(7)], 2n);
});

Deno.test("no app, two commands for one, a command without a name: said and ignored", () => {
  const { state, reports } = acceptAppCommands(
    noAppCommands,
    commands(
      [id(9), "", 1n, 1],
      [id(1), "two", 1n, 1],
      ["", "", 1n, 1],
      [id(1), "", 1n, 9],
      [id(2), "", 1n, 1],
      ["", "two", 2n, 2],
    ),
    apps,
    now,
  );
  assertEquals(Object.keys(state.AppCommands ?? {}), [id(2)]);
  assertEquals(reports.length, 5);
});

Deno.test("the file is what EVE writes, and is read back", () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(
    text(encodeAppCommands(noAppCommands)),
    '{"AppCommands":null,"AppCounters":null,"VolumeGenCounters":{}}',
  );
  const { state } = acceptAppCommands(
    noAppCommands,
    commands([id(1), "", 18446744073709551615n, 2]),
    apps,
    now,
  );
  assertEquals(
    text(encodeAppCommands(state)),
    `{"AppCommands":{"${id(1)}":{"Command":2,"LocalServerTimestamp":18446744073709551615,` +
      `"DeviceTimestamp":"2026-05-20T22:13:31.07Z","Completed":false,"LastCompletedTimestamp":0}},` +
      `"AppCounters":{"${id(1)}":{"RestartCmd":{"Counter":0,"ApplyTime":""},` +
      `"PurgeCmd":{"Counter":1,"ApplyTime":"2026-05-20 22:13:31.07 +0000 UTC"}}},"VolumeGenCounters":{"${
        id(7)
      }":1}}`,
  );
  assertEquals(decodeAppCommands(encodeAppCommands(state)), state);
});

Deno.test("a command has come to its end when zedmanager has begun it later and is done", () => {
  const { state } = acceptAppCommands(
    noAppCommands,
    commands([id(1), "", 5n, AppCommand.RESTART]),
    apps,
    now,
  );
  const status = (more: Partial<ReturnType<typeof goAppInstanceStatus.zero>>) =>
    goAppInstanceStatus.make({ UUIDandVersion: { UUID: id(1), Version: "1" }, ...more });
  const later = goTime(now + 10);
  for (
    const early of [
      status({}),
      status({ RestartStartedAt: goTime(now) }),
      status({ PurgeStartedAt: later }),
      status({ RestartStartedAt: later, RestartInprogress: 1 }),
      { ...status({ RestartStartedAt: later }), UUIDandVersion: { UUID: id(2), Version: "" } },
    ]
  ) assertEquals(completedAppCommand(state, early) === state, true);
  const done = completedAppCommand(state, status({ RestartStartedAt: later }));
  assertEquals(done.AppCommands?.[id(1)]?.LastCompletedTimestamp, 5n);
  assertEquals(completedAppCommand(done, status({ RestartStartedAt: later })) === done, true);
  const next = acceptAppCommands(done, commands([id(1), "", 6n, AppCommand.RESTART]), apps, now);
  assertEquals(next.state.AppCommands?.[id(1)]?.LastCompletedTimestamp, 5n, "the last one that ended");
});

Deno.test("what belongs to apps and volumes that are gone is dropped", () => {
  const { state } = acceptAppCommands(
    noAppCommands,
    commands([id(1), "", 5n, AppCommand.PURGE], [id(2), "", 5n, AppCommand.RESTART]),
    apps,
    now,
  );
  assertEquals(withoutGone(state, () => true, () => true) === state, true);
  const left = withoutGone(state, (uuid) => uuid === id(2), () => false);
  assertEquals([Object.keys(left.AppCounters ?? {}), left.VolumeGenCounters], [[id(2)], {}]);
  assertStringIncludes(new TextDecoder().decode(encodeAppCommands(left)), id(2));
});
