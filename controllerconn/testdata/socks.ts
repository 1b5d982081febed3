/** A real SOCKS5 proxy (RFC 1928, 1929). */
import net, { type AddressInfo, type Socket } from "node:net";

/** What a proxy was asked. */
export interface SocksSeen {
  /** Methods that the client offered. */
  readonly methods: readonly number[];
  /** `user:password`, if it was asked for. */
  readonly credentials?: string;
  /** 1 IPv4, 3 name, 4 IPv6. */
  readonly addressType: number;
  /** The bytes of the address; without the length of a name. */
  readonly address: string;
  readonly port: number;
}

export interface TestSocks {
  readonly port: number;
  readonly seen: SocksSeen[];
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export interface SocksOptions {
  /** `user:password`, without which nobody is let in. */
  readonly credentials?: string;
  /** Where it connects, whatever it is asked for. */
  readonly upstream: { readonly host: string; readonly port: number };
  /** Instead of connecting: the second byte of its answer. */
  readonly reply?: number;
  /** The bound address of its answer is a name. */
  readonly boundName?: true;
  /** What it says instead of its greeting. */
  readonly greeting?: Uint8Array;
  readonly host?: string;
}

type Read = (length: number) => Promise<Uint8Array>;

/** Reads exact lengths; pending ones never end when the connection does. */
function reader(socket: Socket): { read: Read; rest: () => Uint8Array } {
  let bytes = new Uint8Array(0);
  let wake = () => {};
  const onData = (chunk: Uint8Array) => {
    bytes = Uint8Array.from([...bytes, ...chunk]);
    wake();
  };
  socket.on("data", onData);
  return {
    async read(length) {
      while (bytes.length < length) await new Promise<void>((resolve) => wake = resolve);
      const taken = bytes.slice(0, length);
      bytes = bytes.slice(length);
      return taken;
    },
    rest() {
      socket.removeListener("data", onData);
      return bytes;
    },
  };
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

export async function startSocks(options: SocksOptions): Promise<TestSocks> {
  const seen: SocksSeen[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  };
  const serve = async (socket: Socket) => {
    const { read, rest } = reader(socket);
    const [, count = 0] = await read(2);
    const methods = [...await read(count)];
    if (options.greeting !== undefined) return void socket.end(options.greeting);
    const method = options.credentials === undefined ? 0 : 2;
    if (!methods.includes(method)) return void socket.end(Uint8Array.of(5, 255));
    socket.write(Uint8Array.of(5, method));
    let credentials: string | undefined;
    if (method === 2) {
      const [, userLength = 0] = await read(2);
      const user = text(await read(userLength));
      const [passwordLength = 0] = await read(1);
      credentials = `${user}:${text(await read(passwordLength))}`;
      const isGood = credentials === options.credentials;
      socket.write(Uint8Array.of(1, isGood ? 0 : 1));
      if (!isGood) return void socket.end();
    }
    const [, , , addressType = 0] = await read(4);
    const lengths: Record<number, number> = { 1: 4, 4: 16 };
    const length = lengths[addressType] ?? (await read(1))[0] ?? 0;
    const bytes = await read(length);
    const [high = 0, low = 0] = await read(2);
    const address = addressType === 3 ? text(bytes) : [...bytes].join(".");
    seen.push({
      methods,
      ...(credentials === undefined ? {} : { credentials }),
      addressType,
      address,
      port: high * 256 + low,
    });
    if (options.reply !== undefined) return void socket.end(Uint8Array.of(5, options.reply));
    const up = net.connect(options.upstream.port, options.upstream.host, () => {
      const name = new TextEncoder().encode("bound.example");
      const bound = options.boundName === true ? [3, name.length, ...name] : [1, 127, 0, 0, 1];
      socket.write(Uint8Array.of(5, 0, 0, ...bound, 0, 80));
      const early = rest();
      if (early.length > 0) up.write(early);
      socket.pipe(up);
      up.pipe(socket);
    });
    track(up);
    up.on("close", () => socket.destroy());
    socket.on("close", () => up.destroy());
  };
  const server = net.createServer((socket) => {
    connections++;
    track(socket);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, options.host ?? "127.0.0.1", () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
