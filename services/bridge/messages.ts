/** The messages of the wire, built and read; one message is one packet (spec/pubsub.md §3.2, §3.3). Pure. */

/** A subscriber's request stays below so many bytes. */
export const REQUEST_LIMIT = 256;

const encoder = new TextEncoder();

/** First answer to a good request. */
export function hello(topic: string, persistent: boolean): Uint8Array<ArrayBuffer> {
  return encoder.encode(`hello ${topic} ${persistent}`);
}

/** A value that is new to the subscriber. The empty key gives two adjacent spaces. */
export function update(topic: string, key: string, json: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`update ${topic} ${base64(key)} ${base64(json)}`);
}

/** A key that is no more. Ends with a space for the empty key. */
export function remove(topic: string, key: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`delete ${topic} ${base64(key)}`);
}

/** The first dump is over. */
export function complete(topic: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`complete ${topic}`);
}

/** The restart counter as it is now. */
export function restarted(topic: string, count: number): Uint8Array<ArrayBuffer> {
  return encoder.encode(`restarted ${topic} ${count}`);
}

/**
 * What is wrong with a request; undefined if it is `request <topic>` and nothing else.
 * @param packet its first bytes at least
 * @param size of the whole packet, in bytes
 */
export function faultOfRequest(packet: Uint8Array, size: number, topic: string): string | undefined {
  if (size >= REQUEST_LIMIT) return `has ${size} bytes, expected less than ${REQUEST_LIMIT}`;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(packet.subarray(0, size));
  return text === `request ${topic}` ? undefined : `is ${JSON.stringify(text)}, expected "request ${topic}"`;
}

function base64(text: string): string {
  return encoder.encode(text).toBase64();
}
