/** What a device that is left alone writes: counted from system calls, with timers of 5 s (`./scripts/run flash` for an hour). */
import { assert, assertEquals } from "@std/assert";
import { watchIdleDevice } from "./flash/idle_device.ts";
import { ledgerOf, ledgerTable, needlessWrites } from "./flash/ledger.ts";
import { startTraced, writesOf } from "./flash/traced.ts";

Deno.test("every way of writing a file is counted, and equal content is told from new", async () => {
  const parent = await Deno.makeTempDir();
  const folder = `${parent}/files`;
  try {
    await Deno.mkdir(folder);
    await Deno.writeTextFile(`${folder}/old`, "as it was");
    const script = new URL("./flash/children/rewriter.ts", import.meta.url).pathname;
    const options = ["run", "--quiet", "--no-lock", "--no-check", "--allow-all"];
    const traced = startTraced("rewriter", [Deno.execPath(), ...options, script, folder], parent);
    assertEquals(await traced.ended, 0, await Deno.readTextFile(`${parent}/rewriter.log`));
    const old = new TextEncoder().encode("as it was").toHex();
    const writes = writesOf([traced], (path) => path === `${folder}/old` ? old : undefined);
    const ours = writes.filter(({ path }) => path === "" || path.startsWith(`${folder}/`));
    const told = ours.map(({ path, kind, bytes, equal }) =>
      [path.slice(folder.length + 1), kind, bytes, equal ? "equal" : "new"].join(" ")
    );
    assertEquals(told, [
      "replaced written 3 new",
      "replaced written 3 new",
      "same written 16 new",
      "same written 16 equal",
      "old written 9 equal",
      "in-place written 1 new",
      "in-place written 1 new",
      "in-place written 1 new",
      "in-place touched 0 new",
      "replaced removed 0 new",
      "replaced written 3 new",
      "made made 0 new",
      " said 5 new",
    ]);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
});

Deno.test("an idle device writes nothing below /persist and nothing that was there", async () => {
  const { writes, root, minutes, failures } = await watchIdleDevice({
    intervalSeconds: 5,
    settleSeconds: 8,
    minutes: 0.3,
    tell: () => {},
  });
  const entries = ledgerOf(writes, root);
  const table = ledgerTable(entries, minutes);
  assertEquals(failures, []);
  assertEquals(needlessWrites(entries), [], table);
  // A checkpoint is written with a new configuration or new certificates only (spec/pubsub.md §13): here none comes.
  const outside = entries.filter(({ what }) => !what.startsWith("/run/") && !what.startsWith("log of "));
  assertEquals(outside.map(({ what }) => what), [], table);
  const metrics = entries.find(({ what }) => what === "/run/zedagent/MetricsMap/");
  assert(metrics !== undefined && metrics.writes > 0, `no write of zedagent's counters was seen:\n${table}`);
});
