/**
 * Requests to and replies of chronyd: version 6 of its command protocol, big-endian, one datagram each (the layout is that of
 * `candm.h` of chrony 4; `spec/zedagent.md §16` names the socket). Pure.
 */

/** What zedagent asks for, by number of the command. */
export const ChronyCommand = { N_SOURCES: 14, SOURCE_DATA: 15, NTP_DATA: 57, NTP_SOURCE_NAME: 65 } as const;
/** One of {@linkcode ChronyCommand}. */
export type ChronyCommand = (typeof ChronyCommand)[keyof typeof ChronyCommand];

/** A source that chronyd no longer has. */
export const noSuchSource = 4;

/** `family`: 0 none, 1 IPv4, 2 IPv6, 3 a number instead of an address that is not resolved yet. */
export interface ChronyAddress {
  readonly family: number;
  /** As it came, for the next request. */
  readonly bytes: Uint8Array;
}

/** `SOURCE_DATA`. `mode`: 0 client, 1 peer, 2 reference clock. `state`: 0 selected … 5 selectable. */
export interface ChronySource {
  readonly address: ChronyAddress;
  /** Exponent of 2 of seconds. */
  readonly poll: number;
  readonly stratum: number;
  readonly state: number;
  readonly mode: number;
  /** The last eight attempts, the newest in the lowest bit. */
  readonly reachability: number;
  /** Seconds that this clock was ahead of the source by. */
  readonly measured: number;
}

/** `NTP_DATA`: the last answer of a source. Times in seconds. */
export interface ChronyNtpData {
  readonly local: ChronyAddress;
  readonly remotePort: number;
  readonly leap: number;
  readonly stratum: number;
  readonly precision: number;
  readonly rootDelay: number;
  readonly rootDispersion: number;
  readonly refId: number;
  /** Milliseconds since 1970; `undefined` before the first answer. */
  readonly refTimeMs: number | undefined;
  readonly offset: number;
  readonly peerDelay: number;
  readonly peerDispersion: number;
  /** Tests that the answer has passed, from bit 0 on; bit 15: it was authenticated. */
  readonly flags: number;
}

const version = 6;
const requestType = 1;
const replyType = 2;
const requestHeader = 20;
const replyHeader = 28;
const addressLength = 20;
/** A request must be as long as its reply: chronyd amplifies nothing. The longest is a name of 256 bytes. */
const requestLength = 300;

/** @param sequence comes back in the reply @param parameter an index, or an address */
export function chronyRequest(
  command: ChronyCommand,
  sequence: number,
  parameter: number | ChronyAddress = 0,
): Uint8Array {
  const bytes = new Uint8Array(requestLength);
  const view = new DataView(bytes.buffer);
  bytes.set([version, requestType]);
  view.setUint16(4, command);
  view.setUint32(8, sequence);
  if (typeof parameter === "number") view.setInt32(requestHeader, parameter);
  else bytes.set(parameter.bytes, requestHeader);
  return bytes;
}

/** A reply with status 0 has `content`. */
export interface ChronyReply {
  readonly status: number;
  readonly content: DataView;
}

/** @returns `undefined` for what answers another request @throws {TypeError} for what is no reply */
export function chronyReply(
  bytes: Uint8Array,
  command: ChronyCommand,
  sequence: number,
): ChronyReply | undefined {
  if (bytes.length < replyHeader || bytes[1] !== replyType) {
    throw new TypeError(`expected a reply of at least ${replyHeader} bytes, got ${bytes.length} bytes`);
  }
  if (bytes[0] !== version) throw new TypeError(`expected version ${version}, got ${bytes[0]}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint16(4) !== command || view.getUint32(16) !== sequence) return undefined;
  const status = view.getUint16(8);
  const kind = view.getUint16(6);
  const { formats, length } = expected[command];
  const content = new DataView(bytes.buffer, bytes.byteOffset + replyHeader, bytes.length - replyHeader);
  if (status === 0 && (!formats.includes(kind) || content.byteLength < length)) {
    throw new TypeError(
      `command ${command}: expected format ${formats.join(" or ")} of at least ${length} bytes, ` +
        `got ${kind} of ${content.byteLength}`,
    );
  }
  return { status, content };
}

/** Numbers of reply formats, and how much of them is read; newer chronyds append. */
const expected: Readonly<
  Record<ChronyCommand, { readonly formats: readonly number[]; readonly length: number }>
> = {
  [ChronyCommand.N_SOURCES]: { formats: [2], length: 4 },
  [ChronyCommand.SOURCE_DATA]: { formats: [3], length: 48 },
  [ChronyCommand.NTP_DATA]: { formats: [16, 26], length: 96 },
  [ChronyCommand.NTP_SOURCE_NAME]: { formats: [19], length: 256 },
};

/** How many sources there are. */
export function sourceCount(content: DataView): number {
  return content.getUint32(0);
}

/** See {@linkcode ChronySource}. */
export function sourceData(content: DataView): ChronySource {
  return {
    address: addressAt(content, 0),
    poll: content.getInt16(20),
    stratum: content.getUint16(22),
    state: content.getUint16(24),
    mode: content.getUint16(26),
    reachability: content.getUint16(30),
    measured: floatAt(content, 36),
  };
}

/** See {@linkcode ChronyNtpData}. */
export function ntpData(content: DataView): ChronyNtpData {
  return {
    local: addressAt(content, 20),
    remotePort: content.getUint16(40),
    leap: content.getUint8(42),
    stratum: content.getUint8(45),
    precision: content.getInt8(47),
    rootDelay: floatAt(content, 48),
    rootDispersion: floatAt(content, 52),
    refId: content.getUint32(56),
    refTimeMs: timeAt(content, 60),
    offset: floatAt(content, 72),
    peerDelay: floatAt(content, 76),
    peerDispersion: floatAt(content, 80),
    flags: content.getUint16(92),
  };
}

/** The name under which a source is configured. */
export function sourceName(content: DataView): string {
  const bytes = new Uint8Array(content.buffer, content.byteOffset, 256);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}

function addressAt(content: DataView, at: number): ChronyAddress {
  const bytes = new Uint8Array(content.buffer, content.byteOffset + at, addressLength).slice();
  return { family: content.getUint16(at + 16), bytes };
}

/** 7 bits of exponent and 25 of coefficient, both signed. */
function floatAt(content: DataView, at: number): number {
  const bits = content.getInt32(at);
  return ((bits << 7) >> 7) * 2 ** ((bits >> 25) - 25);
}

/** Seconds in two halves, of which the upper may be absent, then nanoseconds. */
function timeAt(content: DataView, at: number): number | undefined {
  const noUpperHalf = 0x7fffffff;
  const high = content.getUint32(at);
  const seconds = (high === noUpperHalf ? 0 : high * 2 ** 32) + content.getUint32(at + 4);
  const ms = seconds * 1000 + Math.floor(content.getUint32(at + 8) / 1e6);
  return ms === 0 || !Number.isSafeInteger(ms) ? undefined : ms;
}
