/** Every check there is. */
import { busChecks } from "./bus.ts";
import type { Check, CheckGroup } from "./check.ts";
import { clockChecks } from "./clock.ts";
import { dnsChecks } from "./dns.ts";
import { envelopeChecks } from "./envelope.ts";
import { fileChecks } from "./files.ts";
import { httpChecks } from "./http.ts";
import { pathChecks } from "./path.ts";
import { portChecks } from "./ports.ts";
import { proxyChecks } from "./proxy.ts";
import { stateChecks } from "./state.ts";
import { tlsChecks } from "./tls.ts";

/** All groups; the order does not count. */
export const groups: readonly CheckGroup[] = [
  fileChecks,
  clockChecks,
  busChecks,
  portChecks,
  pathChecks,
  dnsChecks,
  proxyChecks,
  tlsChecks,
  httpChecks,
  envelopeChecks,
  stateChecks,
];

/** Code → check. */
export const catalogue: ReadonlyMap<string, Check> = new Map(
  groups.flatMap(({ checks }) => checks).map((check) => [check.code, check]),
);
