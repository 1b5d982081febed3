/** One config request: hash and token out, an outcome back (`spec/zedagent.md §4.2`). */
import { retryAfterOf, urlPathString } from "../../../controllerconn/mod.ts";
import { ConfigRequest } from "../../../proto/device.ts";
import { type Device, errorText, type NetDumper } from "../../agent/mod.ts";
import { readFileIfPresent } from "../../pubsub/mod.ts";
import type { ControllerAccess } from "../parts.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

/** What came of a request, and the token it carried. */
export interface Fetched {
  readonly outcome: Outcome;
  readonly token: Uint8Array | undefined;
}

/** The part of the access that a config request needs. */
export type ConfigAccess = Pick<ControllerAccess, "device" | "client" | "server" | "devUUID">;

/** Asks the controller over all ports. Never throws. @param iteration rotates the ports */
export async function fetchConfig(
  access: ConfigAccess,
  dumper: Pick<NetDumper, "begin">,
  configHash: string,
  iteration: number,
): Promise<Fetched> {
  const { device, client } = access;
  const token = integrityToken(device);
  try {
    const request = ConfigRequest.encode({
      configHash,
      ...(token === undefined ? {} : { integrity_token: token }),
    });
    const url = urlPathString(access.server(), access.devUUID(), "config");
    const body = request.finish();
    const traced = dumper.begin();
    const result = await client.sendOnAllIntf(url, body, {
      signal: device.signal,
      iteration,
      ...(traced === undefined ? {} : { tracer: traced.tracer }),
    });
    traced?.ended(result);
    const open = (contents: Uint8Array) => client.removeAndVerifyAuthContainer(contents);
    const outcome = outcomeOf(result, configHash, open);
    if (outcome.kind !== "failed") return { outcome, token };
    const retryAfterMs = retryAfterOf(result.headers, device.clock.now());
    return { outcome: { ...outcome, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }, token };
  } catch (error) {
    return { outcome: { kind: "failed", failure: "other", reason: errorText(error) }, token };
  }
}

/** The content of `/run/eve.integrity_token`, all of it; `undefined` before attestation. */
export function integrityToken(device: Device): Uint8Array | undefined {
  try {
    return readFileIfPresent(device.paths.integrityToken);
  } catch (error) {
    device.log.error(`${device.paths.integrityToken} can't be read: ${errorText(error)}; no token is sent`);
    return undefined;
  }
}
