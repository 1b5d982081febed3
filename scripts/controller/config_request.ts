/** `config`: 404 before one was put, 403 without the token, 304 for the same hash (`spec/device-api.md §6.5, 13.3`). @module */

import { config } from "../../proto/all.ts";
import { type Answer, Refusal, refuseUnless } from "./answer.ts";
import { authenticate, type Exchange } from "./exchange.ts";
import { configResponse, servedConfig } from "./device_config.ts";
import type { Site } from "./site.ts";

/** Answers a poll. */
export function answerConfig(site: Site, exchange: Exchange): Answer {
  const { device, payload } = authenticate(site, exchange);
  const request = refuseUnless(
    400,
    "the payload is no ConfigRequest",
    () => config.ConfigRequest.decode(payload),
  );
  const stored = site.devices.read(device.uuid, "config.json");
  if (stored === undefined) throw new Refusal(404, "no configuration was put for this device");
  if (site.settings.enforceIntegrityToken) {
    const token = new TextDecoder().decode(request.integrity_token);
    if (token === "" || token !== site.devices.options(device.uuid).integrityToken) {
      throw new Refusal(403, `the integrity token is ${token === "" ? "missing" : "not the one given"}`);
    }
  }
  const fault = exchange.fault?.config ?? {};
  const { bytes, hash } = servedConfig(stored, site.certificates.configHash, fault);
  if (request.configHash === hash) {
    if (fault.sameHash === undefined) return { status: 304 };
    const content = fault.sameHash === "with-config" ? bytes : undefined;
    return { status: 200, payload: configResponse(content, hash) };
  }
  const content = fault.withoutConfig === true ? undefined : bytes;
  return { status: 200, payload: configResponse(content, fault.emptyHash === true ? "" : hash) };
}
