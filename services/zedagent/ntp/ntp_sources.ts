/** chronyd's sources in the form of the device API, and when they are worth a report (`spec/zedagent.md §16`). Pure. */
import { info } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import { formatIP } from "../../topics/mod.ts";
import type { ChronyAddress, ChronyNtpData, ChronySource } from "./chrony_packets.ts";
import type { KnownSource } from "./chrony_socket.ts";

const everyAttempt = 255;
const allTests = 0x3ff;
const authenticated = 0x8000;

/** One message's worth. */
export function ntpSources(sources: readonly KnownSource[]): info.IZInfoNTPSources {
  return { sources: sources.map(ntpSource) };
}

/**
 * Numbers of modes and states are chrony's plus one, 0 for those that the API has no name for. The sign of the offset is that
 * of NTP: positive for a source that is ahead. chrony keeps no jitter of a single answer: its dispersion stands for it, as in EVE.
 */
function ntpSource({ source, ntp, name }: KnownSource): info.INTPSource {
  const { NTPSourceMode, NTPSourceState } = info;
  return {
    reachable: source.reachability === everyAttempt,
    reachability: source.reachability,
    mode: known(source.mode, NTPSourceMode.NTP_SOURCE_MODE_REF),
    state: known(source.state, NTPSourceState.NTP_SOURCE_STATE_OUTLIER),
    stratum: source.stratum,
    poll: source.poll,
    offset: -source.measured,
    dst_addr: addressText(source.address),
    ...(name === undefined ? {} : { hostname: name }),
    ...(ntp === undefined ? referenceOf(source) : answerOf(ntp)),
  };
}

/** A reference clock has its name where others have an address. */
function referenceOf({ mode, address: { bytes } }: ChronySource): info.INTPSource {
  return mode === 2 ? { ref_id: letters(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)) } : {};
}

function answerOf(ntp: ChronyNtpData): info.INTPSource {
  const passed = ntp.flags & allTests;
  return {
    authenticated: (ntp.flags & authenticated) !== 0,
    // Of a source that has never answered, no test has failed.
    flags: passed === 0 ? 0 : passed ^ allTests,
    src_addr: addressText(ntp.local),
    dst_port: ntp.remotePort,
    leap: ntp.leap,
    precision: ntp.precision >>> 0,
    ref_id: refIdText(ntp),
    ...(ntp.refTimeMs === undefined ? {} : { ref_time: toTimestamp(ntp.refTimeMs) }),
    offset: ntp.offset,
    delay: ntp.peerDelay,
    dispersion: ntp.peerDispersion,
    jitter: ntp.peerDispersion,
    root_delay: ntp.rootDelay,
    root_disp: ntp.rootDispersion,
  };
}

/** Only clocks of stratum 1 name themselves in letters. */
function refIdText({ stratum, refId }: ChronyNtpData): string {
  const name = stratum === 1 ? letters(refId) : "";
  return name === "" ? refId.toString(16).toUpperCase().padStart(8, "0") : name;
}

function letters(refId: number): string {
  const codes = [24, 16, 8, 0].map((shift) => (refId >>> shift) & 0xff);
  return codes.filter((code) => code > 0x20 && code < 0x7f).map((code) => String.fromCharCode(code)).join("");
}

function addressText({ family, bytes }: ChronyAddress): string {
  if (family === 1) return bytes.subarray(0, 4).join(".");
  return family === 2 ? formatIP(bytes.subarray(0, 16)) : "";
}

function known(number: number, largest: number): number {
  return number + 1 > largest ? 0 : number + 1;
}

/** What was reported last, and when by the monotonic clock. */
export interface LastReport {
  readonly sources: info.IZInfoNTPSources;
  readonly at: number;
}

/** True where number, state, mode or "reachable" of a source differ, or the last report is `intervalMs` old. */
export function isReportDue(
  last: LastReport | undefined,
  { sources: now }: info.IZInfoNTPSources,
  at: number,
  intervalMs: number,
): boolean {
  if (last === undefined || at - last.at >= intervalMs) return true;
  const [old, fresh] = [last.sources.sources ?? [], now ?? []];
  return old.length !== fresh.length || fresh.some(({ state, mode, reachable }, index) => {
    const other = old[index];
    return other?.state !== state || other?.mode !== mode || other?.reachable !== reachable;
  });
}
