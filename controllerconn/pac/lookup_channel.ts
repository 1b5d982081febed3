/**
 * How the worker of a PAC file gets an answer without returning to its event loop: it posts a question and sleeps on
 * shared memory, into which the main thread writes the answer.
 */

const STATE = 0;
const LENGTH = 1;
const HEADER_BYTES = 8;
const CAPACITY = 4096;

const WAITING = 0;
const ANSWERED = 1;

/** Shared memory for one question at a time. */
export function makeLookupChannel(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + CAPACITY);
}

/**
 * In the worker: asks, and blocks until the answer is there.
 * @param ask posts the question to the main thread
 */
export function awaitAnswer(channel: SharedArrayBuffer, ask: () => void): readonly string[] {
  const header = new Int32Array(channel, 0, 2);
  Atomics.store(header, STATE, WAITING);
  ask();
  Atomics.wait(header, STATE, WAITING);
  const bytes = new Uint8Array(channel, HEADER_BYTES, Atomics.load(header, LENGTH)).slice();
  const text = new TextDecoder().decode(bytes);
  return text === "" ? [] : text.split("\n");
}

/** In the main thread: the answer to the one open question. Addresses beyond 4096 characters are left out. */
export function answer(channel: SharedArrayBuffer, addresses: readonly string[]): void {
  const header = new Int32Array(channel, 0, 2);
  let text = "";
  for (const address of addresses) {
    const longer = text === "" ? address : `${text}\n${address}`;
    if (longer.length > CAPACITY) break;
    text = longer;
  }
  const bytes = new TextEncoder().encode(text).subarray(0, CAPACITY);
  new Uint8Array(channel, HEADER_BYTES).set(bytes);
  Atomics.store(header, LENGTH, bytes.length);
  Atomics.store(header, STATE, ANSWERED);
  Atomics.notify(header, STATE);
}
