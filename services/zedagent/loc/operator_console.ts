/** The local operator console (LOC): stands in for the controller while that can't be reached (`spec/zedagent.md §4.4`, `spec/device-api.md §11`). */
import { ControllerConnError, urlPathString, validateProtoContentType } from "../../../controllerconn/mod.ts";
import type { CompoundEdgeDevConfig, EdgeDevConfig } from "../../../proto/device.ts";
import { toBigInt } from "../../../proto/int64.ts";
import { deviceCipherKeys, errorText } from "../../agent/mod.ts";
import { type Outcome, outcomeOf } from "../config/outcome.ts";
import type { ControllerAccess, LocAccess } from "../parts.ts";
import { compoundRequest, openCompound } from "./compound_config.ts";
import { openLocCopies } from "./loc_copies.ts";
import { refuseOlderSigningCert } from "./signing_cert_age.ts";

/** What the console tells others. */
export interface OperatorConsoleDeps {
  /** The LOC has stood in: what the controller's failure asks for otherwise is still to be done. */
  controllerFailed(outcome: Outcome, token: Uint8Array | undefined): void;
  /** Commands of an answer whose configuration is in force. */
  ordered(compound: CompoundEdgeDevConfig): void;
}

/** See {@linkcode openOperatorConsole}. */
export interface OperatorConsole extends LocAccess {
  /** True for a configuration that this console has served. */
  hasServed(config: EdgeDevConfig): boolean;
  /** It was applied: its commands count now. */
  applied(config: EdgeDevConfig): void;
}

/** Asks nobody yet. @param url `LOCConfig.LocURL` as it is now, `""` for none */
export function openOperatorConsole(
  access: Pick<ControllerAccess, "device" | "client" | "devUUID">,
  url: () => string,
  deps: OperatorConsoleDeps,
): OperatorConsole {
  const { device, client, devUUID } = access;
  const keys = deviceCipherKeys(device, (hash) => {
    const hex = hash.toHex();
    return client.controllerCerts()?.find(({ certHash }) => certHash.toHex() === hex)?.cert;
  });
  const copies = openLocCopies({ ...access, url });
  const served = new WeakMap<EdgeDevConfig, CompoundEdgeDevConfig>();
  let lastCmdTimestamp = 0n;
  let standsIn = false;

  const ordered = (compound: CompoundEdgeDevConfig) => {
    const timestamp = toBigInt(compound.timestamp);
    if (timestamp !== 0n && timestamp === lastCmdTimestamp) return;
    lastCmdTimestamp = timestamp;
    deps.ordered(compound);
  };
  const ask = async (configHash: string, iteration: number, token: Uint8Array | undefined) => {
    const result = await client.sendOnAllIntf(
      urlPathString(url(), devUUID(), "compound-config"),
      compoundRequest(lastCmdTimestamp, configHash, token),
      { signal: device.signal, iteration },
    );
    const open = (contents: Uint8Array) => client.removeAndVerifyAuthContainer(contents);
    if (result.error !== undefined || result.httpStatus === 304) {
      return { outcome: outcomeOf(result, configHash, open), compound: undefined };
    }
    const wrong = result.contents.length === 0 ? undefined : validateProtoContentType(result);
    if (wrong !== undefined) throw wrong;
    const { compound, envelope } = await openCompound(result.contents, client.controllerCerts(), keys);
    return { outcome: outcomeOf({ ...result, contents: envelope }, configHash, open), compound };
  };
  return {
    url,
    async fetchInstead(asked, configHash, iteration) {
      const { outcome: failed, token } = asked;
      if (url() === "" || (failed.kind !== "failed" && failed.kind !== "invalid")) {
        standsIn = false;
        return asked;
      }
      copies.repeatInfo();
      try {
        const { outcome, compound } = await ask(configHash, iteration, token);
        if (outcome.kind === "aborted") return { ...asked, outcome };
        if (outcome.kind === "failed" || outcome.kind === "invalid") {
          device.log.warn(`LOC ${url()}: ${outcome.reason}`);
          return asked;
        }
        const text = `the controller has failed (${failed.reason}); the LOC ${url()} stands in`;
        device.log[standsIn ? "debug" : "warn"](text);
        standsIn = true;
        deps.controllerFailed(failed, token);
        if (compound !== undefined) {
          if (outcome.kind === "config") served.set(outcome.config, compound);
          else ordered(compound);
        }
        return { ...asked, outcome };
      } catch (error) {
        device.log.error(`LOC ${url()}: ${errorText(error)}`);
        return asked;
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
