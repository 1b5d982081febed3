/**
 * Netdumps: archives of what a request met on its way and of the network as it was then, in `/persist/netdump`, for people
 * (`spec/controllerconn.md §12.2, 12.3`). A program opens one dumper for each kind of request.
 */
export { type NetdumpTopic } from "./dump_name.ts";
export { removeLeftoverTraces } from "./leftover_traces.ts";
export * from "./net_dumper.ts";
export { withoutSecrets } from "./without_secrets.ts";
