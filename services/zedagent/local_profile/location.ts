/** The place of the device for a local server (`spec/zedagent.md §16, 17`, `/api/v1/location`). */
import { info } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import {
  goFloat,
  goRaw,
  goString,
  goStruct,
  goUint64,
  type GoValue,
  type JsonValue,
} from "../../topics/mod.ts";
import { fiveMinutesMs, type LpsEndpoint } from "./lps_endpoint.ts";

/**
 * `wwan/WwanLocationInfo`, key `global`. `UTCTimestamp` in milliseconds since 1970, 0 for unknown; a
 * reliability is one of `very-low`, `low`, `medium`, `high`.
 */
export const goWwanLocationInfo = goStruct({
  LogicalLabel: goString,
  Latitude: goFloat,
  Longitude: goFloat,
  Altitude: goFloat,
  HorizontalUncertainty: goFloat,
  HorizontalReliability: goRaw,
  VerticalUncertainty: goFloat,
  VerticalReliability: goRaw,
  UTCTimestamp: goUint64,
});
/** See {@linkcode goWwanLocationInfo}. */
export type WwanLocationInfo = GoValue<typeof goWwanLocationInfo>;

/** The message. Pure. */
export function locationInfo(location: WwanLocationInfo): info.IZInfoLocation {
  return {
    logicallabel: location.LogicalLabel,
    latitude: location.Latitude,
    longitude: location.Longitude,
    altitude: location.Altitude,
    horizontal_uncertainty: location.HorizontalUncertainty,
    horizontal_reliability: reliability(location.HorizontalReliability),
    vertical_uncertainty: location.VerticalUncertainty,
    vertical_reliability: reliability(location.VerticalReliability),
    ...(location.UTCTimestamp === 0n ? {} : { utc_timestamp: toTimestamp(Number(location.UTCTimestamp)) }),
  };
}

const reliabilities = ["not-set", "very-low", "low", "medium", "high"];

function reliability(name: JsonValue): info.LocReliability {
  return Math.max(0, typeof name === "number" ? name : reliabilities.indexOf(String(name)));
}

/** Nothing is asked: an answer has no content. @param location `undefined` while the modem knows none */
export function locationEndpoint(location: () => WwanLocationInfo | undefined): LpsEndpoint {
  return {
    name: "location",
    path: "/api/v1/location",
    throttledMs: fiveMinutesMs,
    repeatsDiscarded: false,
    message() {
      const known = location();
      return known === undefined ? "not-yet" : info.ZInfoLocation.encode(locationInfo(known)).finish();
    },
    judge: () => ({ kind: "accepted", apply() {} }),
  };
}
