/** A real name server on port 53 of a loopback address, UDP and TCP. Needs root. */
import dgram from "node:dgram";
import net, { type Socket } from "node:net";
import { Buffer } from "node:buffer";
import packet from "dns-packet";

/** What it was asked. */
export interface NameserverSeen {
  readonly name: string;
  /** `A`, `AAAA`. */
  readonly type: string;
  readonly transport: "udp" | "tcp";
  readonly from: string;
}

/** One answer. */
export interface NameserverAnswer {
  readonly addresses?: readonly string[];
  /** A name in front of the addresses. */
  readonly cname?: string;
  /** `NOERROR` without. */
  readonly code?: "NXDOMAIN" | "SERVFAIL";
  readonly truncated?: true;
  /** Added to the id of the question. */
  readonly idOffset?: number;
  /** Instead of the name asked for. */
  readonly about?: string;
  /** These bytes, whatever else is said. */
  readonly bytes?: Uint8Array;
}

export interface TestNameserver {
  readonly address: string;
  readonly seen: NameserverSeen[];
  readonly close: () => Promise<void>;
}

/** All messages that go back, in order; none: it is silent. */
export type NameserverHandler = (asked: NameserverSeen) => readonly NameserverAnswer[];

/** Knows this one name. */
export function knows(name: string, ...addresses: readonly string[]): NameserverHandler {
  return (asked) => [
    asked.name === name
      ? { addresses: addresses.filter((each) => (asked.type === "AAAA") === (net.isIP(each) === 6)) }
      : { code: "NXDOMAIN" },
  ];
}

function needsRoot(address: string, cause: Error): Error {
  const text =
    `port 53 of ${address} can't be had (${cause.message}); run as root, with nothing on 0.0.0.0:53`;
  return new Error(text, { cause });
}

const CODES = { NXDOMAIN: 3, SERVFAIL: 2 } as const;
const ID = 0xffff;

function encode(id: number, asked: NameserverSeen, answer: NameserverAnswer): Uint8Array {
  if (answer.bytes !== undefined) return answer.bytes;
  const name = answer.about ?? asked.name;
  const owner = answer.cname ?? name;
  const records = (answer.addresses ?? []).map((data) =>
    ({ type: net.isIP(data) === 6 ? "AAAA" : "A", name: owner, ttl: 300, data }) as const
  );
  const alias = answer.cname === undefined
    ? []
    : [{ type: "CNAME", name, ttl: 300, data: answer.cname } as const];
  const flags = (answer.code === undefined ? 0 : CODES[answer.code]) | (answer.truncated ? 0x200 : 0);
  return Uint8Array.from(packet.encode({
    type: "response",
    id: (id + (answer.idOffset ?? 0)) & ID,
    flags,
    questions: [{ type: asked.type === "AAAA" ? "AAAA" : "A", name }],
    answers: [...alias, ...records],
  }));
}

export async function startNameserver(
  address: string,
  handler: NameserverHandler,
): Promise<TestNameserver> {
  const seen: NameserverSeen[] = [];
  const answers = (message: Uint8Array, transport: "udp" | "tcp", from: string): Uint8Array[] => {
    const { id = 0, questions } = packet.decode(Buffer.from(message));
    const [question] = questions ?? [];
    const asked = { name: question?.name ?? "", type: question?.type ?? "", transport, from };
    seen.push(asked);
    return handler(asked).map((answer) => encode(id, asked, answer));
  };
  const udp = dgram.createSocket(net.isIP(address) === 6 ? "udp6" : "udp4");
  udp.on("message", (message: Uint8Array, from) => {
    for (const answer of answers(message, "udp", from.address)) udp.send(answer, from.port, from.address);
  });
  const sockets = new Set<Socket>();
  const tcp = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (chunk: Uint8Array) => {
      for (const answer of answers(chunk.subarray(2), "tcp", socket.remoteAddress ?? "")) {
        const framed = Uint8Array.of(answer.length >> 8, answer.length & 255, ...answer);
        // In two pieces, as a network may deliver it.
        socket.write(framed.subarray(0, 3));
        socket.write(framed.subarray(3));
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    udp.once("error", (error) => reject(needsRoot(address, error)));
    udp.bind(53, address, () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    tcp.once("error", (error) => reject(needsRoot(address, error)));
    tcp.listen(53, address, () => resolve());
  });
  return {
    address,
    seen,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => udp.close(() => resolve()));
      await new Promise<void>((resolve) => tcp.close(() => resolve()));
    },
  };
}
