/** The whole program beside a real chronyd that follows another one. */
import { assert, assertEquals } from "@std/assert";
import { info, ZInfoMsg } from "../../proto/device.ts";
import { fromTimestamp } from "../../proto/timestamp.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { until } from "../agent/test_device.ts";
import { freeUdpPort, startChronyd } from "./ntp/testdata/chronyd.ts";
import { openSite, type TestSite } from "./testdata/test_site.ts";

const patience = 30_000;

const reports = (site: TestSite): info.ZInfoMsg[] =>
  site.controller.requests.filter(({ endpoint, payload }) => endpoint === "info" && payload !== undefined)
    .map(({ payload }) => ZInfoMsg.decode(payload ?? new Uint8Array()))
    .filter(({ ztype }) => ztype === info.ZInfoTypes.ZiNTPSources);

Deno.test("NTP sources of chronyd are reported when they change, and again after timer.ntpsources.interval", async () => {
  await using site = await openSite();
  const port = freeUdpPort();
  await using _server = await startChronyd(`${site.root}/server`, [
    `port ${port}`,
    "bindaddress 127.0.0.1",
    "allow 127.0.0.0/8",
    "local stratum 1",
    "bindcmdaddress /",
  ]);
  Deno.mkdirSync(`${site.root}/run/chrony`, { recursive: true, mode: 0o770 });
  await using _client = await startChronyd(`${site.root}/client`, [
    "port 0",
    `server localhost port ${port} iburst minpoll -4 maxpoll -4`,
    `server 127.0.0.99 port ${port}`,
    "server nowhere.invalid",
    `bindcmdaddress ${site.root}/run/chrony/chronyd.sock`,
  ]);
  site.serve({ configItems: [{ key: "timer.ntpsources.interval", value: "60" }] });
  site.openGates();
  await using program = site.start({ clock: fastClock(20) });
  const synced = () =>
    reports(site).filter(({ ntp_sources }) =>
      ntp_sources?.sources.some(({ reachable, state }) =>
        reachable && state === info.NTPSourceState.NTP_SOURCE_STATE_SYNC
      )
    );
  await until("a source that is followed", () => synced().length > 0, patience);
  const [message] = synced();
  assertEquals(message?.devId, site.uuid);
  const sources = message?.ntp_sources?.sources ?? [];
  const bySource = sources.map(({ hostname, dst_addr, state, mode, reachable }) =>
    [hostname, dst_addr, state, mode, reachable] as const
  );
  const { NTP_SOURCE_STATE_SYNC, NTP_SOURCE_STATE_UNREACH } = info.NTPSourceState;
  assertEquals(bySource, [
    ["localhost", "127.0.0.1", NTP_SOURCE_STATE_SYNC, 1, true],
    ["127.0.0.99", "127.0.0.99", NTP_SOURCE_STATE_UNREACH, 1, false],
    ["nowhere.invalid", "", NTP_SOURCE_STATE_UNREACH, 1, false],
  ]);
  const [followed] = sources;
  assertEquals([
    followed?.stratum,
    followed?.poll,
    followed?.reachability,
    followed?.dst_port,
    followed?.leap,
  ], [
    1,
    -4,
    255,
    port,
    0,
  ]);
  assertEquals([followed?.src_addr, followed?.flags, followed?.authenticated], ["127.0.0.1", 0, false]);
  assert(Math.abs(followed?.offset ?? 1) < 0.1 && (followed?.delay ?? 0) > 0);
  assert(Math.abs((fromTimestamp(followed?.ref_time) ?? 0) - Date.now()) < 3_600_000);
  await until("the same again", () => synced().length > 1, patience);
  assertEquals([...Deno.readDirSync(`${site.root}/run/chrony`)].length <= 2, true);
  // Five seconds are a quarter of one here: a loaded machine may be late.
  const troubles = program.device.logged.filter((line) => /NTP sources(?!.*no answer within)/.test(line));
  assertEquals(troubles, []);
});
