/** When the device's certificates are sent, and when the controller counts as refusing them (`spec/zedagent.md §12.2`). Pure. */
import { STATUS_CODE } from "@std/http/status";
import { ConfigGetStatus } from "../../topics/mod.ts";

/** See {@linkcode afterSend}. */
export interface EdgeNodeCertsState {
  /** The controller has had a list in this run. */
  readonly published: boolean;
  /** The list as it is now was not accepted yet. */
  readonly pending: boolean;
  /** `EdgeNodeCertsRefused` */
  readonly refused: boolean;
}

/** Nothing sent yet. */
export const initialEdgeNodeCerts: EdgeNodeCertsState = { published: false, pending: true, refused: false };

/** Codes that say "not now" rather than "not these". */
const notARefusal: ReadonlySet<number> = new Set([
  STATUS_CODE.Unauthorized,
  STATUS_CODE.ProxyAuthRequired,
  STATUS_CODE.RequestTimeout,
  STATUS_CODE.TooManyRequests,
]);

/**
 * What follows from one send. Refused means: never accepted in this run, while configurations do arrive. Unlike the
 * original only an answer of the controller counts, not a lost connection (`spec/device-api.md`, weak spot 12).
 * @param accepted status 200, 201, 204 or 304
 * @param httpStatus 0 if nobody answered
 */
export function afterSend(
  state: EdgeNodeCertsState,
  accepted: boolean,
  httpStatus: number,
  configGetStatus: number,
): EdgeNodeCertsState {
  if (accepted) return { published: true, pending: false, refused: false };
  if (state.published) return { ...state, pending: true };
  if (configGetStatus !== ConfigGetStatus.ConfigGetSuccess) {
    return { ...state, pending: true, refused: false };
  }
  const refusal = httpStatus >= 400 && httpStatus <= 499 && !notARefusal.has(httpStatus);
  return { ...state, pending: true, refused: state.refused || refusal };
}
