/** A nameserver on given addresses, UDP and TCP. Says each query; its table and its moods change on command. */
import { readSettings, say, serveCommands } from "./lab_lines.ts";
import { A, AAAA, parseQuery, type Question, response, ResponseCode } from "../dns_message.ts";
import type { NameserverCommand, NameserverSettings } from "../nameserver.ts";

const settings = await readSettings<NameserverSettings>();
let { mood, records } = settings;

function answer(question: Question): Uint8Array | undefined {
  switch (mood) {
    case "silent":
      return undefined;
    case "SERVFAIL":
      return response(question, ResponseCode.SERVFAIL);
    case "NXDOMAIN":
      return response(question, ResponseCode.NXDOMAIN);
    case "answer": {
      const addresses = records[question.name];
      if (addresses === undefined) return response(question, ResponseCode.NXDOMAIN);
      const wanted = (address: string) => question.type === (address.includes(":") ? AAAA : A);
      return response(question, ResponseCode.NOERROR, addresses.filter(wanted));
    }
  }
}

function onMessage(message: Uint8Array, transport: "udp" | "tcp", from: string): Uint8Array | undefined {
  const question = parseQuery(message);
  if (question === undefined) return undefined;
  const { name, type } = question;
  const types: Readonly<Record<number, string>> = { [A]: "A", [AAAA]: "AAAA" };
  say("query", { name, type: types[type] ?? String(type), transport, from });
  return answer(question);
}

async function serveUdp(socket: Deno.DatagramConn): Promise<void> {
  for await (const [message, from] of socket) {
    const back = onMessage(message, "udp", (from as Deno.NetAddr).hostname);
    // The asker may be gone, or the network between.
    if (back !== undefined) await socket.send(back, from).catch(() => {});
  }
}

async function exactly(connection: Deno.Conn, length: number): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(length);
  for (let have = 0; have < length;) {
    const more = await connection.read(bytes.subarray(have));
    if (more === null) return undefined;
    have += more;
  }
  return bytes;
}

async function serveConnection(connection: Deno.Conn): Promise<void> {
  const from = (connection.remoteAddr as Deno.NetAddr).hostname;
  for (;;) {
    const [high = 0, low = 0] = await exactly(connection, 2) ?? [];
    const message = await exactly(connection, high * 256 + low);
    if (message === undefined || message.length === 0) return connection.close();
    const back = onMessage(message, "tcp", from);
    if (back === undefined) continue;
    await connection.write(Uint8Array.from([back.length >> 8, back.length & 0xff, ...back]));
  }
}

async function serveTcp(listener: Deno.Listener): Promise<void> {
  for await (const connection of listener) serveConnection(connection).catch(() => connection.close());
}

for (const hostname of settings.addresses) {
  serveUdp(Deno.listenDatagram({ transport: "udp", hostname, port: 53 }));
  serveTcp(Deno.listen({ hostname, port: 53 }));
}
await serveCommands((command: NameserverCommand) => {
  mood = command.mood ?? mood;
  records = command.records ?? records;
});
