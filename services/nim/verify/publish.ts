/** List and status go out when something in them changed. */
import {
  type DevicePortConfigList,
  goDeviceNetworkStatus,
  goDevicePortConfigList,
  hasError,
  isZeroTime,
  type TestResults,
  zeroTime,
} from "../../topics/mod.ts";
import { compress } from "../dpc/compress.ts";
import { LAST_RESORT_KEY } from "../dpc/order.ts";
import { shrink } from "../dpc/shrink.ts";
import { noLastResort } from "../last_resort/last_resort.ts";
import { change, effectiveOf, emit, settingsOf, type Turn } from "./turn.ts";

/** Both, as far as they changed. */
export function publish(turn: Turn): Turn {
  return publishStatus(publishList(turn));
}

/**
 * Drops entries that are not worth keeping; not while one is being verified (`spec/nim.md §6.3`). A last resort that is
 * neither in the list nor asked for by the settings is followed no more once there is something else.
 */
export function compressed(turn: Turn): Turn {
  if (turn.state.verification !== undefined) return turn;
  const { fallback } = settingsOf(turn);
  const { list, dropped } = compress(turn.state.list, fallback);
  const entries = list.PortConfigList ?? [];
  const isKept = fallback || entries.length === 0 || entries.some(({ Key }) => Key === LAST_RESORT_KEY);
  const so = isKept || !turn.state.lastResort.isKept ? turn : change(turn, { lastResort: noLastResort });
  return dropped.length === 0 ? so : change(so, { list });
}

/**
 * EVE writes the list to flash with every test, because the time of the result is in it (`spec/nim.md §6.4, 19 W14`).
 * Here a result that only repeats the last one is not published: its time is in `DeviceNetworkStatus`.
 */
function publishList(turn: Turn): Turn {
  const { publishedList } = turn.state;
  if (turn.state.list === publishedList) return turn;
  if (publishedList !== undefined && isRenewal(turn.state.list, publishedList)) return turn;
  const { list, dropped, fits } = shrink(turn.state.list);
  const so = dropped.reduce((before, { Key, TimePriority }) =>
    emit(before, {
      kind: "log",
      level: "warn",
      text: `DevicePortConfigList is too large for the bus: ${Key} of ${TimePriority} is dropped`,
    }), change(turn, { list, publishedList: list }));
  if (fits) return emit(so, { kind: "publish-list", list });
  return emit(so, {
    kind: "log",
    level: "error",
    text:
      `DevicePortConfigList is too large for the bus, with ${list.PortConfigList?.length} entries that must stay; the published one stays as it was`,
  });
}

/** What an earlier run said stands until the settings are known: a restart must not look like a lost network. */
function publishStatus(turn: Turn): Turn {
  const { state, rules, now } = turn;
  if (state.hasStatus && state.settings === undefined) return turn;
  const config = effectiveOf(turn);
  const status = rules.assembleStatus({
    ...(config === undefined ? {} : { config }),
    currentIndex: state.list.CurrentIndex,
    testing: state.verification !== undefined,
    network: state.network,
    ...(state.adapters === undefined ? {} : { adapters: state.adapters }),
    ...(state.wwan === undefined ? {} : { wwan: state.wwan }),
    radioSilence: state.silence,
    previous: state.status,
    isObserving: rules.isObserving,
    now: now.time,
  });
  if (state.hasStatus && goDeviceNetworkStatus.equal(status, state.status)) return turn;
  return emit(change(turn, { status, hasStatus: true }), { kind: "publish-status", status });
}

/** Nothing but times differs, and they say the same as before: worked or failed, ever or never. */
function isRenewal(a: DevicePortConfigList, b: DevicePortConfigList): boolean {
  return goDevicePortConfigList.equal(withoutTimes(a), withoutTimes(b));
}

const EARLIER = "2000-01-01T00:00:00Z";
const LATER = "2000-01-02T00:00:00Z";

function withoutTimes(list: DevicePortConfigList): DevicePortConfigList {
  const PortConfigList = list.PortConfigList?.map((dpc) => ({
    ...withoutResultTimes(dpc),
    LastIPAndDNS: isZeroTime(dpc.LastIPAndDNS) ? zeroTime : EARLIER,
    Ports: dpc.Ports?.map(withoutResultTimes) ?? null,
  })) ?? null;
  return { ...list, PortConfigList };
}

function withoutResultTimes<T extends TestResults>(results: T): T {
  return {
    ...results,
    LastSucceeded: isZeroTime(results.LastSucceeded) ? zeroTime : EARLIER,
    LastFailed: isZeroTime(results.LastFailed) ? zeroTime : hasError(results) ? LATER : EARLIER,
  };
}
