/** The local operator console (LOC): stands in for the controller while that can't be reached (`spec/zedagent.md §4.4`, `spec/device-api.md §11`). */
import { ControllerConnError, urlPathString, validateProtoContentType } from "../../../controllerconn/mod.ts";
import type { CompoundEdgeDevConfig, EdgeDevConfig } from "../../../proto/device.ts";
import { toBigInt } from "../../../proto/int64.ts";
import { deviceCipherKeys, errorText } from "../../agent/mod.ts";
import { type Outcome, outcomeOf } from "../config/outcome.ts";
import { integrityToken } from "../config/request.ts";
import { LedBlink } from "../../topics/mod.ts";
import type { ControllerAccess, LocAccess } from "../parts.ts";
import { clearEnvelope, compoundRequest, decodeCompound } from "./compound_config.ts";
import { openLocCopies } from "./loc_copies.ts";
import { refuseOlderSigningCert } from "./signing_cert_age.ts";

/** See {@linkcode openOperatorConsole}. */
export interface OperatorConsole extends LocAccess {
  /** True for a configuration that this console has served. */
  hasServed(config: EdgeDevConfig): boolean;
  /** It was applied: its commands count now. */
  applied(config: EdgeDevConfig): void;
}

/**
 * Asks nobody yet.
 * @param url `LOCConfig.LocURL` as it is now, `""` for none
 * @param order is told of commands whose configuration is in force
 */
export function openOperatorConsole(
  access: Pick<ControllerAccess, "device" | "client" | "devUUID">,
  url: () => string,
  order: (compound: CompoundEdgeDevConfig) => void,
): OperatorConsole {
  const { device, client, devUUID } = access;
  const keys = deviceCipherKeys(device, (hash) => {
    const hex = hash.toHex();
    return client.controllerCerts()?.find(({ certHash }) => certHash.toHex() === hex)?.cert;
  });
  const copies = openLocCopies({ ...access, url });
  const served = new WeakMap<EdgeDevConfig, CompoundEdgeDevConfig>();
  let lastCmdTimestamp = 0n;

  const ordered = (compound: CompoundEdgeDevConfig) => {
    const timestamp = toBigInt(compound.timestamp);
    if (timestamp !== 0n && timestamp === lastCmdTimestamp) return;
    lastCmdTimestamp = timestamp;
    order(compound);
  };
  const ask = async (configHash: string, iteration: number): Promise<Outcome> => {
    const result = await client.sendOnAllIntf(
      urlPathString(url(), devUUID(), "compound-config"),
      compoundRequest(lastCmdTimestamp, configHash, integrityToken(device)),
      { signal: device.signal, iteration },
    );
    const open = (contents: Uint8Array) => client.removeAndVerifyAuthContainer(contents);
    if (result.error !== undefined || result.httpStatus === 304) return outcomeOf(result, configHash, open);
    const wrong = result.contents.length === 0 ? undefined : validateProtoContentType(result);
    const compound = wrong ?? attempt(() => decodeCompound(result.contents));
    if (compound instanceof Error) return refused(LedBlink.Connected, compound);
    const envelope = await clearEnvelope(compound, client.controllerCerts(), keys).catch(asError);
    if (envelope instanceof Error) return refused(LedBlink.BadSignature, envelope);
    const outcome = outcomeOf({ ...result, contents: envelope }, configHash, open);
    if (outcome.kind === "config") served.set(outcome.config, compound.message);
    else if (outcome.kind === "same-hash") ordered(compound.message);
    return outcome;
  };
  return {
    url,
    async fetchConfig(configHash, iteration) {
      copies.repeatInfo();
      try {
        const outcome = await ask(configHash, iteration);
        return "reason" in outcome ? { ...outcome, reason: `LOC ${url()}: ${outcome.reason}` } : outcome;
      } catch (error) {
        return { kind: "failed", failure: "other", reason: `LOC ${url()}: ${errorText(error)}` };
      }
    },
    async fetchCerts(iteration) {
      const result = await client.sendOnAllIntf(urlPathString(url(), "", "certs"), undefined, {
        signal: device.signal,
        iteration,
      });
      const problem = result.error ?? validateProtoContentType(result);
      if (problem !== undefined) throw problem;
      if (result.httpStatus !== 200) {
        throw new ControllerConnError(
          "http-status",
          `${result.reqURL}: expected status 200, got ${result.httpStatus}`,
        );
      }
      refuseOlderSigningCert(result.contents, client.controllerCerts());
      return client.acceptControllerCerts(result.contents);
    },
    metricsSent(body) {
      copies.copy("metrics", body);
      copies.repeatInfo();
    },
    hardwareHealthSent: (body) => copies.copy("hardwarehealth", body),
    copying: copies.copying,
    hasServed: (config) => served.has(config),
    applied(config) {
      const compound = served.get(config);
      if (compound !== undefined) ordered(compound);
    },
  };
}

/** An answer of which nothing is used. @param led 3, or 15 for what protects it */
function refused(led: 3 | 15, error: Error): Outcome {
  const requestCerts = error instanceof ControllerConnError && error.kind === "no-controller-cert";
  return { kind: "invalid", led, requestCerts, reason: errorText(error) };
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return asError(error);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
