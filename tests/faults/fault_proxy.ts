/**
 * A TCP relay between a device and a controller that breaks connections at a given byte. It sees TLS records only, so
 * whatever needs a look into them (doubled requests, answers in another order) is done at the server (`server_rule.ts`).
 */
import net, { type AddressInfo, type Socket } from "node:net";
import { ByteCount, type ByteRule, RecordReader, type Stroke, type WireRule } from "./wire_rule.ts";

/** See {@linkcode startFaultProxy}. */
export interface FaultProxy extends AsyncDisposable {
  /** On 127.0.0.1; the same for as long as the proxy lives. */
  readonly port: number;
  /** Source addresses of the connections accepted so far, in order. */
  readonly accepted: readonly string[];
  /** Strokes so far. */
  readonly strokes: number;
  /** Bytes passed on to devices so far. */
  readonly toDevice: number;
  /** Lays a rule on the connections there are, and on those to come; undefined lifts it. `once`: for one stroke. */
  lay(rule: WireRule | undefined, once?: boolean): Promise<void>;
  /** Where connections to come are led. */
  leadTo(port: number): void;
}

/** Milliseconds between two pieces of a slow stream. */
const SLOW_STEP_MS = 20;

interface RulesInForce {
  /** The rule as it is now, and a number that is new with each rule. */
  readonly current: () => { readonly rule: ByteRule | undefined; readonly number: number };
  readonly struck: () => void;
  readonly toDevice: (bytes: number) => void;
}

/** One connection and its other half. */
class Relay {
  readonly #ends: Readonly<Record<"device" | "controller", Socket>>;
  readonly #rules: RulesInForce;
  #hangs = false;
  readonly #timers = new Set<ReturnType<typeof setInterval>>();

  constructor(device: Socket, controller: Socket, rules: RulesInForce) {
    this.#ends = { device, controller };
    this.#rules = rules;
    this.#carry("device", "controller");
    this.#carry("controller", "device");
  }

  destroy(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers.clear();
    this.#ends.device.destroy();
    this.#ends.controller.destroy();
  }

  #carry(from: "device" | "controller", to: "device" | "controller"): void {
    const [source, sink] = [this.#ends[from], this.#ends[to]];
    const records = new RecordReader();
    let count: ByteCount | undefined;
    let number = -1;
    let slow: Uint8Array[] | undefined;
    source.setNoDelay(true);
    source.on("data", (chunk: Uint8Array) => {
      const applicationAt = records.read(chunk);
      if (this.#hangs) return;
      if (slow !== undefined) return void slow.push(chunk);
      const now = this.#rules.current();
      if (now.number !== number) {
        number = now.number;
        count = now.rule?.of === from ? new ByteCount(now.rule) : undefined;
      }
      const at = count?.strikesAt(chunk, applicationAt);
      if (at === undefined || now.rule === undefined) {
        sink.write(chunk, () => to === "device" && this.#rules.toDevice(chunk.length));
        return;
      }
      this.#rules.struck();
      const { then } = now.rule;
      if (typeof then === "string") return this.#strike(then, sink, chunk.subarray(0, at));
      slow = [chunk];
      this.#slowly(sink, slow, then.bytesPerSecond);
    });
    source.on("error", () => this.destroy());
    source.on("end", () => {
      if (this.#hangs && from === "device") this.destroy();
      if (!this.#hangs && slow === undefined) sink.end();
    });
    source.on("close", () => this.destroy());
  }

  #strike(stroke: Extract<Stroke, string>, sink: Socket, last: Uint8Array): void {
    this.#hangs = true;
    const strike = () => {
      if (stroke === "hang") return;
      if (stroke === "end") return void sink.end();
      this.#ends.device.resetAndDestroy();
      this.#ends.controller.resetAndDestroy();
    };
    if (last.length === 0) strike();
    else sink.write(last, () => strike());
  }

  #slowly(sink: Socket, waiting: Uint8Array[], bytesPerSecond: number): void {
    const step = Math.max(1, Math.round(bytesPerSecond * SLOW_STEP_MS / 1000));
    const timer = setInterval(() => {
      const [first] = waiting;
      if (first === undefined || sink.destroyed) return;
      sink.write(first.subarray(0, step));
      if (first.length > step) waiting[0] = first.subarray(step);
      else waiting.shift();
    }, SLOW_STEP_MS);
    this.#timers.add(timer);
  }
}

/** @param target port of the controller on 127.0.0.1 */
export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const accepted: string[] = [];
  const relays = new Set<Relay>();
  let rule: ByteRule | undefined;
  let number = 0;
  let isOnce = false;
  let strokes = 0;
  let toDevice = 0;
  const rules: RulesInForce = {
    current: () => ({ rule, number }),
    struck() {
      strokes++;
      if (!isOnce) return;
      rule = undefined;
      number++;
    },
    toDevice: (bytes) => void (toDevice += bytes),
  };
  const server = net.createServer({ allowHalfOpen: true }, (device) => {
    accepted.push(device.remoteAddress ?? "");
    const controller = net.connect({ host: "127.0.0.1", port: target, allowHalfOpen: true });
    const relay = new Relay(device, controller, rules);
    relays.add(relay);
    device.on("close", () => relays.delete(relay));
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve());
    });
  const closed = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const relay of relays) relay.destroy();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    accepted,
    get strokes() {
      return strokes;
    },
    get toDevice() {
      return toDevice;
    },
    async lay(laid, once = false) {
      rule = laid === "refuse" ? undefined : laid;
      number++;
      isOnce = once;
      if (laid === "refuse" && server.listening) await closed();
      else if (laid !== "refuse" && !server.listening) await listen(port);
    },
    leadTo(port) {
      target = port;
    },
    async [Symbol.asyncDispose]() {
      if (server.listening) await closed();
    },
  };
}
