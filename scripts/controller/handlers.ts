/** Which handler answers which request. @module */

import { Refusal } from "./answer.ts";
import { answerAttest } from "./attestation.ts";
import { answerConfig } from "./config_request.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Handler } from "./exchange.ts";
import { answerCerts, answerRegister, answerUuid } from "./onboarding.ts";
import {
  answerAppNewLogs,
  answerFlowLog,
  answerHardwareHealth,
  answerInfo,
  answerMetrics,
  answerNewLogs,
} from "./reports.ts";

const HANDLERS: Partial<Readonly<Record<Endpoint, Handler>>> = {
  probe: () => ({ status: 200 }),
  ping: () => ({ status: 200 }),
  certs: answerCerts,
  register: answerRegister,
  uuid: answerUuid,
  config: answerConfig,
  attest: answerAttest,
  info: answerInfo,
  metrics: answerMetrics,
  newlogs: answerNewLogs,
  "app-newlogs": answerAppNewLogs,
  flowlog: answerFlowLog,
  hardwarehealth: answerHardwareHealth,
};

const notFound: Handler = (_site, { route }) => {
  throw new Refusal(404, route.endpoint === "unknown" ? "no such path" : `${route.endpoint} is not served`);
};

/** Everything without a handler is 404; a wrong method 405. */
export const handle: Handler = (site, exchange) => {
  if (exchange.route.wrongMethod === true) throw new Refusal(405, "another method was expected");
  return (HANDLERS[exchange.route.endpoint] ?? notFound)(site, exchange);
};
