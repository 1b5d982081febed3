/** Asks a service where the sender is on earth (`spec/nim.md §15`). */
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { goIPInfo, type IPInfo, isObject, type JsonValue } from "../../topics/mod.ts";

const limitMs = 5_000;
const maxBytes = 16_384;

/**
 * One GET from a source address, without a proxy and without a client certificate.
 * @param url of a service that answers like `https://ipinfo.io/json`
 * @throws {Error} naming what was expected and what arrived
 */
export async function askService(url: string, sourceAddr: string, signal: AbortSignal): Promise<IPInfo> {
  const text = await get(url, sourceAddr, signal);
  let json: JsonValue;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(`${url}: expected JSON, got ${JSON.stringify(text.slice(0, 40))}; it is ignored`);
  }
  if (!isObject(json)) throw new Error(`${url}: expected a JSON object, got something else; it is ignored`);
  return goIPInfo.decode(json);
}

function get(url: string, localAddress: string, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = {
    localAddress,
    family: isIP(localAddress),
    agent: false,
    headers: { Accept: "application/json" },
  } as const;
  const request = (url.startsWith("https:") ? https : http).get(url, options, (response) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    response.on("data", (chunk: Uint8Array) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) end(new Error(`${url}: more than ${maxBytes} bytes; they are ignored`));
    });
    response.on("error", (error) => end(error));
    response.on("end", () => {
      if (response.statusCode === 200) settle(() => resolve(new TextDecoder().decode(joined(chunks, size))));
      else end(new Error(`${url}: expected status 200, got ${response.statusCode}`));
    });
  });
  const abort = () => end(new Error(`${url}: aborted`));
  const timer = setTimeout(() => end(new Error(`${url}: no answer within ${limitMs} ms`)), limitMs);
  const settle = (work: () => void) => {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    work();
  };
  const end = (error: Error) => {
    settle(() => reject(error));
    request.destroy();
  };
  request.on("error", (error) => end(error));
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return promise;
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
