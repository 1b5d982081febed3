/** One question to one name server, from the port's own address, over UDP and, if the answer was cut, over TCP. */
import dgram from "node:dgram";
import net from "node:net";
import { decodeAnswer, type DnsAnswer, encodeQuestion } from "./dns_message.ts";

/** Whom to ask what. */
export interface DnsQuestion {
  readonly host: string;
  readonly family: 4 | 6;
  /** IP address; port 53. */
  readonly server: string;
  /** Of the same family as the server. */
  readonly sourceAddr: string;
  /** 16 random bits. */
  readonly id: number;
  readonly signal: AbortSignal;
}

const DNS_PORT = 53;
/** UDP loses packets: the question is asked again so often. */
const REPEAT_MS = 1000;

/** Resolves when the server has answered. Rejects if it can't be asked, or when the signal aborts. */
export async function askServer(question: DnsQuestion): Promise<DnsAnswer> {
  const answer = await overUDP(question);
  if (!answer.truncated) return answer;
  try {
    return await overTCP(question);
  } catch (error) {
    // A part of the addresses is better than none.
    if (question.signal.aborted || answer.addresses.length === 0) throw error;
    return answer;
  }
}

function overUDP(question: DnsQuestion): Promise<DnsAnswer> {
  const { host, family, server, sourceAddr, id, signal } = question;
  const message = encodeQuestion(id, host, family);
  const socket = dgram.createSocket(net.isIP(server) === 6 ? "udp6" : "udp4");
  let timer: ReturnType<typeof setInterval> | undefined;
  const onAbort = () => done.reject(signal.reason);
  const done = Promise.withResolvers<DnsAnswer>();
  let isOver = false;
  const send = () =>
    socket.send(message, DNS_PORT, server, (error) => {
      if (error !== null && error !== undefined) done.reject(error);
    });
  socket.on("error", done.reject);
  socket.on("message", (bytes, from) => {
    const isServer = from.port === DNS_PORT && isSameAddress(from.address, server);
    const answer = isServer ? decodeAnswer(bytes, id, host, family) : undefined;
    if (answer !== undefined) done.resolve(answer);
  });
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  socket.bind({ address: sourceAddr, port: 0 }, () => {
    if (isOver) return;
    send();
    timer = setInterval(send, REPEAT_MS);
  });
  return done.promise.finally(() => {
    isOver = true;
    clearInterval(timer);
    signal.removeEventListener("abort", onAbort);
    socket.close();
  });
}

function overTCP(question: DnsQuestion): Promise<DnsAnswer> {
  const { host, family, server, sourceAddr, id, signal } = question;
  const message = encodeQuestion(id, host, family);
  const done = Promise.withResolvers<DnsAnswer>();
  const socket = net.connect({ host: server, port: DNS_PORT, localAddress: sourceAddr });
  const onAbort = () => done.reject(signal.reason);
  let received = new Uint8Array(0);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  socket.on("error", done.reject);
  socket.on("close", () => done.reject(new Error("the server closed the connection")));
  socket.on("connect", () => {
    const framed = new Uint8Array(2 + message.length);
    new DataView(framed.buffer).setUint16(0, message.length);
    framed.set(message, 2);
    socket.write(framed);
  });
  socket.on("data", (chunk: Uint8Array) => {
    const all = new Uint8Array(received.length + chunk.length);
    all.set(received);
    all.set(chunk, received.length);
    received = all;
    const length = received.length < 2 ? Infinity : new DataView(received.buffer).getUint16(0);
    if (received.length < 2 + length) return;
    const answer = decodeAnswer(received.subarray(2, 2 + length), id, host, family);
    if (answer === undefined) done.reject(new Error("an answer to another question came"));
    else done.resolve(answer);
  });
  return done.promise.finally(() => {
    signal.removeEventListener("abort", onAbort);
    socket.destroy();
  });
}

/** An IPv6 address has more than one spelling. */
function isSameAddress(left: string, right: string): boolean {
  const plain = (address: string) => address.replace(/%.*/, "");
  const spelled = (address: string) =>
    net.isIP(address) === 6 ? new URL(`http://[${address}]`).hostname : address;
  return spelled(plain(left)) === spelled(plain(right));
}
