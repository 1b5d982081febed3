/** Traces a request into files, one for each attempt (`spec/controllerconn.md §12.1`). */
import type { AttemptTracer } from "../connect/trace_event.ts";
import { type AttemptRecord, recordAttempt, type TraceClock } from "./attempt_record.ts";
import { buildNetTrace, traceDescription } from "./build_net_trace.ts";
import { sessionTime } from "./trace_time.ts";

/** See {@linkcode openNetTrace}. */
export interface NetTraceOptions extends TraceClock {
  /** Made with mode 0755 if it is missing; with `""` nothing is traced. */
  readonly folder: string;
  /** A random UUID, version 4. */
  uuid(): string;
  /** Only the lengths of header values. Those of `Authorization`, `Proxy-Authorization` and cookies are never shown. */
  readonly hideHeaderValues: boolean;
}

/** One attempt with its file. */
export interface TracedRequest {
  /** `IF-INDEX`, the index of the source address among those of the port. */
  readonly requestName: string;
  /** `METHOD URL via IF src IP ADDR`. */
  readonly description: string;
  /** `FOLDER/nettrace_SESSION.json`; whoever takes it over removes it. */
  readonly path: string;
}

/** What a trace has left behind. */
export interface FinishedNetTrace {
  /** In the order of the attempts. */
  readonly requests: readonly TracedRequest[];
  /** What could not be written, in words. */
  readonly problems: readonly string[];
}

/** A trace under way. */
export interface NetTrace {
  /** For `RequestOptions.tracer`, of one call or of several at once. */
  readonly tracer: AttemptTracer;
  /** Writes what is recorded so far; nothing is on the disk before. Never throws. */
  finish(): Promise<FinishedNetTrace>;
}

interface Recording {
  readonly session: string;
  readonly record: AttemptRecord;
}

/** Starts a recording in memory. It costs the request nothing but the copying of its steps. */
export function openNetTrace(options: NetTraceOptions): NetTrace {
  const { folder, hideHeaderValues } = options;
  const recordings: Recording[] = [];
  return {
    tracer: {
      attempt(begin) {
        const { record, sink } = recordAttempt(begin, options);
        recordings.push({ record, session: `${sessionTime(record.beganAt)}-${options.uuid()}` });
        return sink;
      },
    },
    async finish() {
      const requests: TracedRequest[] = [];
      const problems: string[] = [];
      if (folder === "") return { requests, problems: ["there is no folder for traces"] };
      for (const { session, record } of recordings.splice(0)) {
        const path = `${folder}/nettrace_${session}.json`;
        try {
          const content = buildNetTrace(record, { hideHeaderValues });
          await writeWhole(folder, session, path, `${JSON.stringify(content, null, 2)}\n`);
          const { ifName, addressIndex } = record.begin;
          requests.push({
            requestName: `${ifName}-${addressIndex}`,
            description: traceDescription(record),
            path,
          });
        } catch (error) {
          problems.push(`${path}: ${error instanceof Error ? error.message : error}`);
        }
      }
      return { requests, problems };
    },
  };
}

/** Readers see all of it or nothing, also after a power cut: a temporary `nettrace_SESSION.tmp` gets the name when it is whole on the disk. */
async function writeWhole(folder: string, session: string, path: string, text: string): Promise<void> {
  const temporary = `${folder}/nettrace_${session}.tmp`;
  await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
  try {
    await writeThrough(temporary, new TextEncoder().encode(text));
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o644 });
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  await file.sync();
}
