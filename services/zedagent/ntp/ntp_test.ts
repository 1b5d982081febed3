/** chronyd's packets, sources in the form of the device API, and a chronyd that does not do what it should. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { info } from "../../../proto/device.ts";
import { testDevice, until } from "../../agent/test_device.ts";
import {
  ChronyCommand,
  chronyReply,
  chronyRequest,
  type ChronySource,
  ntpData,
  sourceCount,
  sourceData,
  sourceName,
} from "./chrony_packets.ts";
import { readChronySources } from "./chrony_socket.ts";
import { isReportDue, ntpSources } from "./ntp_sources.ts";

const { N_SOURCES, SOURCE_DATA, NTP_DATA, NTP_SOURCE_NAME } = ChronyCommand;

/** A reply as chronyd makes it. */
function reply(
  command: number,
  format: number,
  content: string,
  more: { status?: number; sequence?: number } = {},
) {
  const data = Uint8Array.fromHex(content);
  const bytes = new Uint8Array(28 + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([6, 2]);
  view.setUint16(4, command);
  view.setUint16(6, format);
  view.setUint16(8, more.status ?? 0);
  view.setUint32(16, more.sequence ?? 1);
  bytes.set(data, 28);
  return bytes;
}
const content = (bytes: Uint8Array, command: ChronyCommand) => {
  const found = chronyReply(bytes, command, 1)?.content;
  assert(found !== undefined);
  return found;
};
const ipv4 = "c0000201".padEnd(32, "0") + "00010000";
const ipv6 = "20010db8000000000000000000000007" + "00020000";

Deno.test("requests: version 6, a number of their own, an index or an address, as long as the longest reply", () => {
  const request = chronyRequest(SOURCE_DATA, 7, 3);
  assertEquals(
    request.subarray(0, 24).toHex(),
    "060100000" + "00f0000" + "00000007" + "0000000000000000" + "00000003",
  );
  assert(request.length >= 28 + 256);
  const address = { family: 1, bytes: Uint8Array.fromHex(ipv4) };
  assertEquals(chronyRequest(NTP_DATA, 8, address).subarray(20, 40).toHex(), ipv4);
});

Deno.test("replies: counts, sources, answers and names; both forms of the answer", () => {
  assertEquals(sourceCount(content(reply(N_SOURCES, 2, "00000003"), N_SOURCES)), 3);
  const source = ipv4 + "fffc" + "0001" + "0004" + "0001" + "0000" + "00ff" + "00000009" + "04800000" +
    "00000000" +
    "00000000";
  assertEquals(sourceData(content(reply(SOURCE_DATA, 3, source), SOURCE_DATA)), {
    address: { family: 1, bytes: Uint8Array.fromHex(ipv4) },
    poll: -4,
    stratum: 1,
    state: 4,
    mode: 1,
    reachability: 255,
    measured: 1,
  });
  const ntp = ipv4 + ipv6 + "007b" + "01040401" + "06e6" + "04800000" + "feffffff" + "47505300" +
    "7fffffff" + "6553f100" + "1dcd6500" + "fd800000" + "00000000" + "00000000" + "00000000" + "00000000" +
    "83fe" +
    "4b4b";
  for (const format of [16, 26]) {
    const data = ntpData(content(reply(NTP_DATA, format, ntp), NTP_DATA));
    assertEquals(
      [
        data.local.family,
        data.remotePort,
        data.leap,
        data.stratum,
        data.precision,
        data.refTimeMs,
        data.flags,
      ],
      [2, 123, 1, 1, -26, 1_700_000_000_500, 0x83fe],
    );
    assertEquals([data.rootDelay, data.offset], [1, -(2 ** -4)]);
    assert(data.rootDispersion > 0.24 && data.rootDispersion < 0.25);
  }
  const name = new TextEncoder().encode("ntp.example").toHex().padEnd(512, "0");
  assertEquals(sourceName(content(reply(NTP_SOURCE_NAME, 19, name), NTP_SOURCE_NAME)), "ntp.example");
});

Deno.test("a reply to another request is passed over, what is no reply is refused, whatever its bytes", () => {
  assertEquals(chronyReply(reply(N_SOURCES, 2, "00000001", { sequence: 9 }), N_SOURCES, 1), undefined);
  assertEquals(chronyReply(reply(SOURCE_DATA, 3, "", { status: 4 }), SOURCE_DATA, 1)?.status, 4);
  const good = reply(N_SOURCES, 2, "00000001");
  assertThrows(() => chronyReply(good.subarray(0, 27), N_SOURCES, 1), TypeError, "28 bytes");
  assertThrows(() => chronyReply(good.with(0, 5), N_SOURCES, 1), TypeError, "version 6");
  assertThrows(() => chronyReply(good.with(7, 3), N_SOURCES, 1), TypeError, "format 2");
  assertThrows(() => chronyReply(reply(SOURCE_DATA, 3, "00"), SOURCE_DATA, 1), TypeError, "48 bytes");
});

const source: ChronySource = {
  address: { family: 2, bytes: Uint8Array.fromHex(ipv6) },
  poll: 6,
  stratum: 2,
  state: 5,
  mode: 0,
  reachability: 127,
  measured: 0.5,
};
const ntp = {
  local: source.address,
  remotePort: 123,
  leap: 0,
  stratum: 2,
  precision: -20,
  rootDelay: 1,
  rootDispersion: 2,
  refId: 0xc0000201,
  refTimeMs: undefined,
  offset: 0.25,
  peerDelay: 3,
  peerDispersion: 4,
  flags: 0x83fe,
};
const one = (some: Parameters<typeof ntpSources>[0][number]) => ntpSources([some]).sources?.[0];

Deno.test("a source in the form of the API: names and numbers of chrony, the signs of NTP", () => {
  assertEquals(one({ source, ntp, name: "ntp.example" }), {
    reachable: false,
    reachability: 127,
    mode: 1,
    state: 6,
    stratum: 2,
    poll: 6,
    offset: 0.25,
    dst_addr: "2001:db8::7",
    hostname: "ntp.example",
    authenticated: true,
    flags: 1,
    src_addr: "2001:db8::7",
    dst_port: 123,
    leap: 0,
    precision: 4294967276,
    ref_id: "C0000201",
    delay: 3,
    dispersion: 4,
    jitter: 4,
    root_delay: 1,
    root_disp: 2,
  });
  assertEquals(one({ source, ntp: { ...ntp, stratum: 1, refId: 0x47505300, flags: 0 } })?.ref_id, "GPS");
  assertEquals([one({ source })?.offset, one({ source, ntp: { ...ntp, flags: 0 } })?.flags], [-0.5, 0]);
  const clock = {
    ...source,
    mode: 2,
    address: { family: 1, bytes: Uint8Array.fromHex("50505300".padEnd(40, "0")) },
  };
  assertEquals([one({ source: clock })?.ref_id, one({ source: clock })?.mode], ["PPS", 3]);
  const strange = one({ source: { ...source, mode: 3, state: 6 } });
  assertEquals([strange?.mode, strange?.state], [0, 0]);
});

Deno.test("due: the first, another number, state, mode or reachability of a source, and every interval", () => {
  const sources = ntpSources([{ source }, { source }]);
  const last = { sources, at: 1000 };
  const due = (now: info.IZInfoNTPSources, at = 1001) => isReportDue(last, now, at, 60_000);
  assertEquals(isReportDue(undefined, sources, 0, 60_000), true);
  assertEquals(
    due(ntpSources([{ source }, { source: { ...source, stratum: 3, reachability: 63, poll: 7 } }])),
    false,
  );
  assertEquals([due(sources, 60_999), due(sources, 61_000)], [false, true]);
  assertEquals(due(ntpSources([{ source }])), true);
  for (const other of [{ state: 0 }, { mode: 1 }, { reachability: 255 }]) {
    assertEquals(due(ntpSources([{ source }, { source: { ...source, ...other } }])), true);
  }
});

Deno.test("no chronyd, one that has gone, one that is silent, one that talks nonsense: told, and no socket stays", async () => {
  await using device = testDevice();
  assertEquals(await readChronySources(device), undefined);
  const folder = `${device.paths.run}/chrony`;
  const daemon = `${folder}/chronyd.sock`;
  Deno.mkdirSync(folder);
  const open = () => Deno.listenDatagram({ transport: "unixpacket", path: daemon });
  const left = () => [...Deno.readDirSync(folder)].map(({ name }) => name);

  open().close();
  await assertRejects(() => readChronySources(device), Error);
  assertEquals(left(), ["chronyd.sock"]);

  Deno.removeSync(daemon);
  const socket = open();
  try {
    const silent = assertRejects(() => readChronySources(device), Error, "no answer within 5000 ms");
    await until("the question", () => device.clock.sleepers.length > 0);
    await device.clock.advance(5000);
    await silent;
    const nonsense = assertRejects(() => readChronySources(device), TypeError, "got 3 bytes");
    await socket.receive();
    const [, from] = await socket.receive();
    await socket.send(new Uint8Array(3), from);
    await nonsense;
    const ending = readChronySources(device);
    await socket.receive();
    device.end();
    assertEquals(await ending, undefined);
  } finally {
    socket.close();
  }
  assertEquals(left(), ["chronyd.sock"]);
});
