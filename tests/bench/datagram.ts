/** A bare unix datagram through libc: what a packet costs at least. */

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const libc = Deno.dlopen("libc.so.6", {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
});

/** @returns sends one packet to whoever is bound to `path`. @throws {Error} if nobody is */
export function datagramSender(path: string): (packet: Uint8Array<ArrayBuffer>) => void {
  const name = new TextEncoder().encode(path);
  const address = new Uint8Array(2 + name.length + 1);
  address[0] = AF_UNIX;
  address.set(name, 2);
  const descriptor = libc.symbols.socket(AF_UNIX, SOCK_DGRAM, 0);
  if (libc.symbols.connect(descriptor, address, address.length) !== 0) {
    throw new Error(`cannot connect to the datagram socket ${path}`);
  }
  return (packet) => {
    const sent = libc.symbols.send(descriptor, packet, BigInt(packet.length), 0);
    if (Number(sent) !== packet.length) throw new Error(`${path} took ${sent} of ${packet.length} bytes`);
  };
}
