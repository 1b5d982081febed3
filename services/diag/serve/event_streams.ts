/** Server-sent events to all who watch. A watcher that does not read is dropped: its browser asks again, and gets the latest. */

/** See {@linkcode openEventStreams}. */
export interface EventStreams {
  /** How many watch. */
  readonly size: number;
  /** A body for one more. @param first what it gets at once, in the wire form of events */
  follow(first: string): ReadableStream<Uint8Array>;
  /** To all. */
  send(events: string): void;
  /** Ends all. */
  close(): void;
}

/** So much may wait for a watcher that reads slowly, in bytes. */
const MOST_WAITING = 1_048_576;

/** Nobody watches yet. */
export function openEventStreams(): EventStreams {
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const bytes = (events: string) => new TextEncoder().encode(events);
  return {
    get size() {
      return streams.size;
    },
    follow(first) {
      let own: ReadableStreamDefaultController<Uint8Array> | undefined;
      return new ReadableStream<Uint8Array>({
        start(stream) {
          own = stream;
          streams.add(stream);
          stream.enqueue(bytes(first));
        },
        cancel() {
          if (own !== undefined) streams.delete(own);
        },
      }, { highWaterMark: MOST_WAITING, size: (chunk) => chunk?.length ?? 0 });
    },
    send(events) {
      const chunk = bytes(events);
      for (const stream of streams) {
        if ((stream.desiredSize ?? 0) > 0) stream.enqueue(chunk);
        else {
          streams.delete(stream);
          stream.error(new Error("the watcher does not read"));
        }
      }
    },
    close() {
      for (const stream of streams) closeQuietly(stream);
      streams.clear();
    },
  };
}

function closeQuietly(stream: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    stream.close();
  } catch {
    // Its reader has gone.
  }
}
