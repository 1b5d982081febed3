/** A bus without files, for targets that publish a million times: it refuses what the real one refuses. */
import {
  type Bus,
  checkWireSize,
  fileOfKey,
  type Publication,
  PubsubError,
  type Topic,
  topicPath,
} from "../../services/pubsub/mod.ts";

/** See {@linkcode memoryBus}. */
export interface MemoryBus extends Bus {
  /** Topic path and key → JSON. */
  texts(): ReadonlyMap<string, string>;
}

/** Starts empty; nothing can be subscribed to. @param changed told the path of a topic with each entry that is new or another */
export function memoryBus(root: string, changed: (path: string) => void = () => {}): MemoryBus {
  const publications = new Map<string, MemoryPublication<unknown>>();
  return {
    root,
    publication<T>(topic: Topic<T>): Publication<T> {
      const made = new MemoryPublication(topic, changed);
      publications.set(topicPath(topic), made);
      return made;
    },
    subscription() {
      throw new PubsubError("io", "a memory bus has no subscriptions");
    },
    texts: () =>
      new Map(
        [...publications].flatMap(([path, publication]) =>
          [...publication.texts].map(([key, text]) => [`${path}/${key}`, text] as const)
        ),
      ),
  };
}

const encoder = new TextEncoder();

class MemoryPublication<T> implements Publication<T> {
  readonly texts = new Map<string, string>();
  restarted = 0;

  constructor(readonly topic: Topic<T>, private readonly changed: (path: string) => void) {}

  publish(key: string, value: T): boolean {
    fileOfKey(key);
    const text = this.topic.codec.encode(value);
    if (this.texts.get(key) === text) return false;
    checkWireSize(this.topic, key, text, encoder.encode(text).length);
    this.texts.set(key, text);
    this.changed(topicPath(this.topic));
    return true;
  }

  unpublish(key: string): void {
    if (!this.texts.delete(key)) throw new PubsubError("unknown-key", `no key ${key}`);
  }

  get(key: string): T | undefined {
    const text = this.texts.get(key);
    return text === undefined ? undefined : this.topic.codec.decode(text);
  }

  getAll(): ReadonlyMap<string, T> {
    return new Map(Array.from(this.texts, ([key, text]) => [key, this.topic.codec.decode(text)]));
  }

  keys(): readonly string[] {
    return [...this.texts.keys()];
  }

  signalRestarted(): void {
    this.restarted++;
  }

  clearRestarted(): void {
    this.restarted = 0;
  }

  close(): void {
    this.texts.clear();
  }
}
