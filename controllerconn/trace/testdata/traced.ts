/** Traces into a temporary folder, with a clock that goes on by 1 ms with each look at it. */
import { type FinishedNetTrace, type NetTrace, openNetTrace } from "../mod.ts";

/** 12:00:00.005 UTC on 2026-01-01. */
export const BEGAN_AT = Date.UTC(2026, 0, 1, 12, 0, 0, 5);

export interface TraceBench {
  readonly folder: string;
  open(folder?: string): NetTrace;
  /** Ends it. @returns the files, parsed, without what differs from run to run */
  files(trace: NetTrace, ports?: Readonly<Record<string, number>>): Promise<unknown[]>;
  finish(trace: NetTrace): Promise<FinishedNetTrace>;
}

export async function withTraces(work: (bench: TraceBench) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "eve-nettrace-" });
  try {
    await work({
      folder,
      open: (inner = `${folder}/persist/nettrace`) =>
        openNetTrace({
          folder: inner,
          now: () => BEGAN_AT,
          monotonic: stepping(),
          uuid: () => crypto.randomUUID(),
          hideHeaderValues: true,
        }),
      finish: (trace) => trace.finish(),
      async files(trace, ports = {}) {
        const { requests } = await trace.finish();
        return requests.map(({ path }) => JSON.parse(stable(Deno.readTextFileSync(path), ports)));
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function stepping(): () => number {
  let at = 0;
  return () => at++;
}

/** Port numbers by name, certificate times and our own ports without their value. */
function stable(text: string, ports: Readonly<Record<string, number>>): string {
  const named = Object.entries(ports).reduce(
    (so, [name, port]) =>
      so.replaceAll(`Port": ${port}`, `Port": "${name}"`).replaceAll(`:${port}`, `:${name}`),
    text,
  );
  return named
    .replace(/"srcPort": [1-9]\d*/g, '"srcPort": "OURS"')
    .replace(/"(notBefore|notAfter)": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"/g, '"$1": "TIME"');
}
