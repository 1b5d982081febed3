/** The first bytes of a connection, before it is handed on: no byte behind them is taken. */
import type { Socket } from "node:net";

/**
 * @param end how many bytes make the message, undefined as long as it is not whole; what it throws ends the reading
 * @param what named in the error when the connection ends before
 */
export async function readUntil(
  socket: Socket,
  end: (bytes: Uint8Array) => number | undefined,
  what: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  let received = new Uint8Array(0);
  const look = () => {
    const length = end(received);
    if (length === undefined) return false;
    if (received.length > length) socket.unshift(received.subarray(length));
    resolve(received.subarray(0, length));
    return true;
  };
  // Not by `data`: a socket that was paused after it stays so, and hands nothing to its next reader.
  const onReadable = () => {
    try {
      for (let chunk = read(socket); chunk !== undefined; chunk = read(socket)) {
        const all = new Uint8Array(received.length + chunk.length);
        all.set(received);
        all.set(chunk, received.length);
        received = all;
        if (look()) return stop();
      }
    } catch (error) {
      reject(error);
    }
  };
  const onEnd = () => {
    const error = new Error(`the connection ended before ${what}, after ${received.length} bytes`);
    reject(Object.assign(error, { code: "ECONNRESET" }));
  };
  const onAbort = () => reject(signal.reason);
  const stop = () => {
    socket.removeListener("readable", onReadable);
    socket.removeListener("error", reject);
    socket.removeListener("end", onEnd);
    socket.removeListener("close", onEnd);
    signal.removeEventListener("abort", onAbort);
  };
  socket.on("readable", onReadable);
  socket.on("error", reject);
  socket.on("end", onEnd);
  socket.on("close", onEnd);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  onReadable();
  try {
    return await promise;
  } finally {
    stop();
  }
}

function read(socket: Socket): Uint8Array | undefined {
  const chunk: unknown = socket.read();
  return chunk instanceof Uint8Array ? chunk : undefined;
}
