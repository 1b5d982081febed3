/** States of apps on the bus in the form of the device API. Pure. */
import { info } from "../../../proto/device.ts";
import { SwState } from "../../topics/mod.ts";

const { ZSwState } = info;
const states: ReadonlyMap<number, info.ZSwState> = new Map([
  [SwState.INITIAL, ZSwState.INITIAL],
  [SwState.RESOLVING_TAG, ZSwState.RESOLVING_TAG],
  [SwState.RESOLVED_TAG, ZSwState.RESOLVED_TAG],
  [SwState.DOWNLOADING, ZSwState.DOWNLOAD_STARTED],
  [SwState.DOWNLOADED, ZSwState.DOWNLOADED],
  [SwState.VERIFYING, ZSwState.VERIFYING],
  [SwState.VERIFIED, ZSwState.VERIFIED],
  [SwState.LOADING, ZSwState.LOADING],
  [SwState.LOADED, ZSwState.LOADED],
  [SwState.CREATING_VOLUME, ZSwState.CREATING_VOLUME],
  [SwState.CREATED_VOLUME, ZSwState.CREATED_VOLUME],
  [SwState.INSTALLED, ZSwState.INSTALLED],
  [SwState.AWAITNETWORKINSTANCE, ZSwState.AWAITNETWORKINSTANCE],
  [SwState.START_DELAYED, ZSwState.START_DELAYED],
  [SwState.BOOTING, ZSwState.BOOTING],
  [SwState.RUNNING, ZSwState.RUNNING],
  [SwState.PAUSING, ZSwState.RUNNING],
  [SwState.PAUSED, ZSwState.RUNNING],
  [SwState.HALTING, ZSwState.HALTING],
  [SwState.HALTED, ZSwState.HALTED],
  [SwState.BROKEN, ZSwState.ERROR],
  [SwState.UNKNOWN, ZSwState.RUNNING],
  [SwState.PENDING, ZSwState.PENDING],
  [SwState.SCHEDULING, ZSwState.SCHEDULING],
  [SwState.FAILED, ZSwState.ERROR],
]);

/** `ZSwState` of a `SwState`; 0 for one without a counterpart. */
export function zSwState(state: number): info.ZSwState {
  return states.get(state) ?? ZSwState.INVALID;
}
