/** Serves a {@linkcode VolatileDisk} to qemu on a Unix socket: as much of the NBD protocol (fixed newstyle) as qemu asks for. */
import type { VolatileDisk } from "./volatile_disk.ts";
import { blockSize } from "./volatile_disk.ts";

const [magic, haveOption, optionReply] = [0x4e42444d41474943n, 0x49484156454f5054n, 0x3e889045565a9n];
const [requestMagic, answerMagic] = [0x25609513, 0x67446698];
const options = { abort: 2, go: 7 } as const;
const replies = { acknowledge: 1, info: 3, unsupported: 0x80000001 } as const;
const commands = { read: 0, write: 1, disconnect: 2, flush: 3 } as const;
/** HAS_FLAGS, SEND_FLUSH, SEND_FUA. */
const transmissionFlags = 1 | 4 | 8;
const forced = 1;
const invalid = 22;

/** Until the end of its block; one connection at a time. */
export class NbdServer implements AsyncDisposable {
  readonly #listener: Deno.Listener<Deno.UnixConn>;
  readonly #serving: Promise<void>;
  #connection: Deno.UnixConn | undefined;
  /** Nothing that arrives after the cut reaches the disk. */
  #isCut = false;

  constructor(readonly path: string, readonly disk: VolatileDisk) {
    this.#listener = Deno.listen({ transport: "unix", path });
    this.#serving = this.#serve();
  }

  /** Requests are refused from now on. */
  cut(): void {
    this.#isCut = true;
    this.#connection?.close();
    this.#connection = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#listener.close();
    await this.#serving;
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      this.#connection = connection;
      try {
        const wire = new Wire(connection);
        if (await negotiate(wire, this.disk.size)) await this.#transmit(wire);
      } catch (error) {
        if (!this.#isCut && !(error instanceof EndOfWire)) throw error;
      }
      if (this.#connection !== undefined) connection.close();
      this.#connection = undefined;
    }
  }

  async #transmit(wire: Wire): Promise<void> {
    for (;;) {
      const request = view(await wire.read(28));
      if (request.getUint32(0) !== requestMagic) throw new Error("NBD: no request");
      const [flags, command] = [request.getUint16(4), request.getUint16(6)];
      const handle = request.getBigUint64(8);
      const [offset, length] = [Number(request.getBigUint64(16)), request.getUint32(24)];
      if (command === commands.disconnect) return;
      const sent = command === commands.write ? await wire.read(length) : undefined;
      if (this.#isCut) return;
      let content: Uint8Array | undefined;
      let error = 0;
      if (command === commands.read) content = this.disk.read(offset, length);
      else if (sent !== undefined) this.disk.write(offset, sent, (flags & forced) !== 0);
      else if (command === commands.flush) this.disk.flush();
      else error = invalid;
      const answer = view(new Uint8Array(16));
      answer.setUint32(0, answerMagic);
      answer.setUint32(4, error);
      answer.setBigUint64(8, handle);
      await wire.write(bytesOf(answer), ...content === undefined ? [] : [content]);
    }
  }
}

/** @returns false if the client went away without wanting the disk */
async function negotiate(wire: Wire, size: number): Promise<boolean> {
  const hello = view(new Uint8Array(18));
  hello.setBigUint64(0, magic);
  hello.setBigUint64(8, haveOption);
  hello.setUint16(16, 1 | 2);
  await wire.write(bytesOf(hello));
  await wire.read(4);
  for (;;) {
    const header = view(await wire.read(16));
    if (header.getBigUint64(0) !== haveOption) throw new Error("NBD: no option");
    const option = header.getUint32(8);
    await wire.read(header.getUint32(12));
    if (option === options.go) {
      const info = view(new Uint8Array(12));
      info.setBigUint64(2, BigInt(size));
      info.setUint16(10, transmissionFlags);
      const blocks = view(new Uint8Array(14));
      blocks.setUint16(0, 3);
      blocks.setUint32(2, blockSize);
      blocks.setUint32(6, blockSize);
      blocks.setUint32(10, 32 * 1024 * 1024);
      await reply(wire, option, replies.info, bytesOf(info));
      await reply(wire, option, replies.info, bytesOf(blocks));
      await reply(wire, option, replies.acknowledge);
      return true;
    }
    await reply(wire, option, option === options.abort ? replies.acknowledge : replies.unsupported);
    if (option === options.abort) return false;
  }
}

async function reply(wire: Wire, option: number, type: number, data = new Uint8Array()): Promise<void> {
  const header = view(new Uint8Array(20));
  header.setBigUint64(0, optionReply);
  header.setUint32(8, option);
  header.setUint32(12, type);
  header.setUint32(16, data.length);
  await wire.write(bytesOf(header), data);
}

class EndOfWire extends Error {}

/** Whole pieces from and to a socket. */
class Wire {
  constructor(private readonly connection: Deno.UnixConn) {}

  async read(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const got = await this.connection.read(bytes.subarray(at));
      if (got === null) throw new EndOfWire("the machine is gone");
      at += got;
    }
    return bytes;
  }

  async write(...pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length;) at += await this.connection.write(piece.subarray(at));
    }
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
