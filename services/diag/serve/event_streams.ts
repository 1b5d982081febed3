/** Server-sent events to all who watch. */

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
      });
    },
    send(events) {
      for (const stream of streams) stream.enqueue(bytes(events));
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
