/** Asks chronyd for its sources over its datagram socket (`spec/zedagent.md §16`). */
import { childAbort, type Device } from "../../agent/mod.ts";
import { removeIfPresent } from "../../pubsub/mod.ts";
import {
  type ChronyAddress,
  ChronyCommand,
  type ChronyNtpData,
  type ChronyReply,
  chronyReply,
  chronyRequest,
  type ChronySource,
  noSuchSource,
  ntpData,
  sourceCount,
  sourceData,
  sourceName,
} from "./chrony_packets.ts";

/** A source with what is known of it beyond; reference clocks have neither. */
export interface KnownSource {
  readonly source: ChronySource;
  readonly ntp?: ChronyNtpData | undefined;
  readonly name?: string | undefined;
}

type AskedDevice = Pick<Device, "paths" | "clock" | "signal">;
type Ask = (command: ChronyCommand, parameter?: number | ChronyAddress) => Promise<DataView | undefined>;

const answerWithinMs = 5000;
/** A device has a handful; more are not asked for. */
const mostSources = 64;
const referenceClock = 2;

/**
 * @returns `undefined` where there is no chronyd, or while the device ends
 * @throws {Error} chronyd does not answer within 5 s, refuses, or answers what can't be read
 */
export async function readChronySources(device: AskedDevice): Promise<KnownSource[] | undefined> {
  const folder = `${device.paths.run}/chrony`;
  const daemon = `${folder}/chronyd.sock`;
  if (!await exists(daemon)) return undefined;
  const own = `${folder}/zedagent.sock`;
  removeIfPresent(own);
  const socket = Deno.listenDatagram({ transport: "unixpacket", path: own });
  const end = childAbort(device.signal);
  const close = () => socket.close();
  end.signal.addEventListener("abort", close);
  try {
    // chronyd may run as somebody else; the folder is open to it and to root only.
    await Deno.chmod(own, 0o666);
    return await readAll(openAsk(device, socket, daemon, () => end.abort()));
  } catch (error) {
    if (device.signal.aborted) return undefined;
    throw error;
  } finally {
    end.abort();
    removeIfPresent(own);
  }
}

/** One request after the other, each with its number. @param giveUp closes the socket */
function openAsk(
  device: AskedDevice,
  socket: Deno.DatagramConn,
  daemon: string,
  giveUp: () => void,
): Ask {
  let sequence = 0;
  let isLate = false;
  return async (command, parameter) => {
    const number = ++sequence;
    const waiting = childAbort(device.signal);
    void device.clock.sleep(answerWithinMs, waiting.signal).then(() => {
      if (waiting.signal.aborted) return;
      isLate = true;
      giveUp();
    });
    try {
      await socket.send(chronyRequest(command, number, parameter), { transport: "unixpacket", path: daemon });
      for (;;) {
        const [bytes] = await socket.receive();
        const reply = chronyReply(bytes, command, number);
        if (reply !== undefined) return contentOf(reply, command);
      }
    } catch (error) {
      if (!isLate) throw error;
      throw new Error(`command ${command}: no answer within ${answerWithinMs} ms`, { cause: error });
    } finally {
      waiting.abort();
    }
  };
}

/** @returns `undefined` for a source that is gone */
function contentOf({ status, content }: ChronyReply, command: ChronyCommand): DataView | undefined {
  if (status === 0) return content;
  if (status === noSuchSource) return undefined;
  throw new Error(`command ${command}: expected status 0, got ${status}`);
}

async function readAll(ask: Ask): Promise<KnownSource[]> {
  const counted = await ask(ChronyCommand.N_SOURCES);
  const count = Math.min(counted === undefined ? 0 : sourceCount(counted), mostSources);
  const sources: KnownSource[] = [];
  for (let index = 0; index < count; index++) {
    const content = await ask(ChronyCommand.SOURCE_DATA, index);
    if (content === undefined) continue;
    const source = sourceData(content);
    if (source.mode === referenceClock) {
      sources.push({ source });
      continue;
    }
    const ntp = await ask(ChronyCommand.NTP_DATA, source.address);
    const name = await ask(ChronyCommand.NTP_SOURCE_NAME, source.address);
    sources.push({
      source,
      ntp: ntp === undefined ? undefined : ntpData(ntp),
      name: name === undefined ? undefined : sourceName(name),
    });
  }
  return sources;
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isSocket === true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
