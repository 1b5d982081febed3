/** A bridge inside the test's own process, and a bus with publishers beside it. */
import { systemClock } from "../../agent/clock.ts";
import { type TestDevice, testDevice, until } from "../../agent/test_device.ts";
import { type Bus, openBus, type PubsubError, socketPath, textCodec, type Topic } from "../../pubsub/mod.ts";
import { type BridgeOptions, run } from "../run.ts";
import { Subscriber } from "./subscriber.ts";

/** See the head of this file. */
export interface RunningBridge extends AsyncDisposable {
  readonly device: TestDevice<typeof systemClock>;
  readonly root: string;
  /** Of a publisher that lives as long as the test. */
  readonly bus: Bus;
  /** The bus of one more publisher; `end` ends it and leaves its files. */
  open(): { readonly bus: Bus; end(): void };
  /** Ends the bridge. @returns its exit code */
  end(): Promise<number>;
  exists(path: string): boolean;
  /** Connects and asks as soon as there is a socket. */
  subscribe(topic: Topic<string>): Promise<Subscriber>;
  untilServed(topic: Topic<string>): Promise<void>;
}

/** A topic of any JSON objects. */
export function textTopic(agent: string, name: string, persistent = false): Topic<string> {
  return { agent, name, persistent, codec: textCodec };
}

/** Runs a bridge for these topics. */
export function runBridge(topics: readonly Topic<string>[], options: BridgeOptions = {}): RunningBridge {
  const device = testDevice({ clock: systemClock });
  const root = device.paths.root;
  const ends: (() => void)[] = [];
  const open = () => {
    const ending = new AbortController();
    const end = () => ending.abort();
    ends.push(end);
    const report = (error: PubsubError) => void device.reported.push(error);
    return { bus: openBus({ root, signal: ending.signal, report }), end };
  };
  const running = run(device, { ...options, topics });
  const exists = (path: string) => {
    try {
      Deno.lstatSync(path);
      return true;
    } catch {
      return false;
    }
  };
  const end = () => {
    device.end();
    return running;
  };
  const untilServed = (topic: Topic<string>) =>
    until(`a socket of ${topic.name}`, () => exists(socketPath(root, topic) ?? ""), 10_000);
  return {
    device,
    root,
    bus: open().bus,
    open,
    end,
    exists,
    untilServed,
    async subscribe(topic) {
      await untilServed(topic);
      const subscriber = new Subscriber(socketPath(root, topic) ?? "");
      subscriber.send(`request ${topic.name}`);
      return subscriber;
    },
    async [Symbol.asyncDispose]() {
      await end();
      ends.forEach((endOne) => endOne());
      await device[Symbol.asyncDispose]();
    },
  };
}
