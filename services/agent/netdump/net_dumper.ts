/** Traces the requests of one kind when that is due, and makes archives of the traces (`spec/controllerconn.md §12`). */
import {
  type NetTrace,
  openNetTrace,
  type SendResult,
  type TracedSend,
} from "../../../controllerconn/mod.ts";
import { type ConfigItemValueMap, intItem } from "../../topics/mod.ts";
import type { Device } from "../device.ts";
import { errorText } from "../error.ts";
import { dumpTime, type NetdumpTopic } from "./dump_name.ts";
import { traceFolder } from "./leftover_traces.ts";
import { netdumpFolder, publishDump } from "./publish_dump.ts";
import { wantsTrace } from "./when_to_trace.ts";

/** What a dumper asks; called when a request begins. */
export interface NetDumperOptions {
  readonly topics: { readonly ok: NetdumpTopic; readonly fail: NetdumpTopic };
  /** In front of each request's name. */
  readonly requestPrefix: string;
  readonly items: () => ConfigItemValueMap | undefined;
  readonly isOnboarded: () => boolean;
  /** A new EVE is being tested. */
  readonly updateInprogress: () => boolean;
  readonly isNetworkFit: () => boolean;
}

/** A request that is being traced; exactly one of `ended`, `publish` and `drop` ends it. */
export interface TracedWork extends TracedSend {
  /** Makes the archive in the background. */
  publish(outcome: "ok" | "fail"): void;
  /** Forgets the trace: nothing of it was on the disk. The next request is traced instead. */
  drop(): void;
}

/** See {@linkcode openNetDumper}. */
export interface NetDumper {
  /** Undefined when no trace is due, and while one is under way. */
  begin(): TracedWork | undefined;
  /** Resolves when no archive is being made. */
  readonly idle: Promise<void>;
}

/** Learns from the names in `/persist/netdump` when the last archive was made. Nothing here throws or rejects. */
export function openNetDumper(device: Device, options: NetDumperOptions): NetDumper {
  const { clock, random } = device;
  const startedAt = clock.now();
  let dumpedAt = earlierDumps(device, options);
  let isUnderWay = false;
  let idle: Promise<void> = Promise.resolve();

  const isDue = () =>
    wantsTrace({
      items: options.items(),
      isOnboarded: options.isOnboarded(),
      updateInprogress: options.updateInprogress(),
      isNetworkFit: options.isNetworkFit(),
      now: clock.now(),
      startedAt,
      dumpedAt,
    });

  const pack = async (trace: NetTrace, topic: NetdumpTopic) => {
    const { requests, problems } = await trace.finish();
    for (const problem of problems) device.log.warn(`a request is not in its netdump: ${problem}`);
    const maxCount = intItem(options.items(), "netdump.topic.maxcount");
    await publishDump(device, { topic, requests, requestPrefix: options.requestPrefix, maxCount });
  };

  return {
    begin() {
      if (isUnderWay || device.signal.aborted || !isDue()) return undefined;
      isUnderWay = true;
      const trace = openNetTrace({
        folder: traceFolder(device),
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        uuid: () => random.uuid(),
        hideHeaderValues: true,
      });
      const work: TracedWork = {
        tracer: trace.tracer,
        ended: ({ error }: SendResult) =>
          error?.kind === "aborted" ? work.drop() : work.publish(error === undefined ? "ok" : "fail"),
        publish(outcome) {
          // Also where the archive fails: a full disk must not be written to with each request.
          const now = clock.now();
          dumpedAt = [...dumpedAt.filter((time) => time > now), now];
          idle = pack(trace, options.topics[outcome])
            .catch((error) => void device.log.error(`netdump: ${errorText(error)}`))
            .finally(() => void (isUnderWay = false));
        },
        drop() {
          isUnderWay = false;
        },
      };
      return work;
    },
    get idle() {
      return idle;
    },
  };
}

function earlierDumps(device: Device, { topics }: NetDumperOptions): readonly number[] {
  try {
    return Array.from(Deno.readDirSync(netdumpFolder(device)), ({ name }) => name)
      .map((name) => dumpTime(name, topics.ok) ?? dumpTime(name, topics.fail))
      .filter((time) => time !== undefined);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      device.log.warn(`${netdumpFolder(device)} can't be listed: ${errorText(error)}; taken as empty`);
    }
    return [];
  }
}
