/** Where `--serve` listens. Pure. */
import { isIP } from "node:net";
import { AgentError } from "../../agent/mod.ts";

/** A socket address. */
export interface ListenAddress {
  /** An IP address. */
  readonly hostname: string;
  readonly port: number;
}

/** `127.0.0.1:8080`, `[::1]:8080`, `:8080` (the loopback). @throws {AgentError} `usage` */
export function listenAddress(text: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const hostname = match?.[1] ?? (match?.[2] || "127.0.0.1");
  const port = Number(match?.[3]);
  if (match === null || isIP(hostname) === 0 || port > 65_535) {
    throw new AgentError(
      "usage",
      `--serve: expected ADDRESS:PORT, e.g. 127.0.0.1:8080, got ${JSON.stringify(text)}`,
    );
  }
  return { hostname, port };
}

/** Only programs of this device can reach it. */
export function isLoopback({ hostname }: ListenAddress): boolean {
  return hostname === "::1" || /^127\./.test(hostname);
}
