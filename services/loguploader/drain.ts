/** Sends files as the schedule allows, several in flight, and acts on what comes back. Decisions are in `schedule.ts` and `upload_queue.ts`. */
import { type Client, type SendResult, urlPathString } from "../../controllerconn/mod.ts";
import { errorText, firedWithin, type Trigger } from "../agent/mod.ts";
import type { LogFile } from "./file_name.ts";
import { Delivery, type DeliveryParts } from "./delivery.ts";
import type { FileContent } from "./folders.ts";
import { type Outcome, outcomeOf, retryAfterMs, serverReport } from "./response_policy.ts";
import { initialSchedule, nextStartAt, slowDownTicks, step } from "./schedule.ts";
import type { Moment, ScheduleEvent, ScheduleState } from "./schedule_state.ts";
import { type FileRecord, rejectionsToGiveUp } from "./upload_queue.ts";

/** Offered once; refused, it goes to quarantine (decisions.md 21). */
export const largestFile = 65_536;
/** Larger ones are worth a word (`spec/loguploader.md §2.4`). */
const expectedFile = 50_000;
const readErrorsToGiveUp = 3;
const longestSleepMs = 60_000;

/** What the drain works with. */
export interface DrainParts extends DeliveryParts {
  readonly client: Client;
  /** Content of `/config/server`. */
  readonly server: () => string;
  readonly devUUID: () => string;
  /** Fired when there is something new to look at. */
  readonly wakeUp: Trigger;
  /** Asked for by the schedule. */
  readonly publish: (state: ScheduleState) => void;
  /** True in air-gap mode: failures are expected and logged low. */
  readonly quiet: () => boolean;
}

/** One run of the uploader. */
export class Drain {
  #state: ScheduleState;
  #iteration = 0;
  readonly #sends = new Set<Promise<void>>();
  readonly #delivery: Delivery;

  constructor(private readonly parts: DrainParts) {
    this.#delivery = new Delivery(parts);
    this.#state = initialSchedule(this.#now(), () => parts.device.random.next());
  }

  get state(): ScheduleState {
    return this.#state;
  }

  /** Takes an event from outside, and looks what may start now. */
  happen(event: ScheduleEvent): void {
    this.#step(event);
    this.parts.wakeUp.fire();
  }

  /** Takes over what an earlier process delivered; comes before the first listing. */
  restore(): void {
    this.#delivery.restore();
  }

  /** Tries again to move away what was delivered earlier; comes after each listing. */
  finishRest(): void {
    this.#delivery.finishRest();
  }

  /** Runs until the device ends and every send has. */
  async run(): Promise<void> {
    const { device, queue, wakeUp } = this.parts;
    while (!device.signal.aborted) {
      const now = this.#now();
      if (now.monotonic >= this.#state.tickAt) this.#tick();
      const startAt = this.#startWhatMay();
      this.#tellWhenDone();
      const wait = Math.min(this.#state.tickAt, startAt, queue.nextHanging(now.monotonic)) - now.monotonic;
      await firedWithin(device, wakeUp, Math.max(1, Math.min(wait, longestSleepMs)));
    }
    await Promise.all(this.#sends);
  }

  #tick(): void {
    const { queue } = this.parts;
    this.#step({ kind: "tick", left: queue.left });
    queue.wake(this.#state.tick);
  }

  /** @returns when the next file may start by the pace alone; `Infinity` while a send has to end first, or something to come */
  #startWhatMay(): number {
    const { queue } = this.parts;
    for (;;) {
      const now = this.#now();
      const startAt = nextStartAt(this.#state, now);
      if (startAt > now.monotonic) return startAt;
      const record = queue.next(this.#state.tick, this.#state.window, now.monotonic);
      if (record === undefined) {
        if (queue.ready(this.#state.tick) === 0) this.#step({ kind: "idle", inFlight: queue.inFlight });
        return Infinity;
      }
      this.#step({ kind: "started" });
      const send = this.#offer(record).catch((error) => {
        this.parts.device.log.error(`${record.file.name}: ${errorText(error)}; it stays and is tried again`);
        if (record.state === "in-flight") queue.rest(record, this.#state.tick + 1);
      }).finally(() => {
        this.#sends.delete(send);
        this.parts.wakeUp.fire();
      });
      this.#sends.add(send);
    }
  }

  /** The last sends of a drain end after its last start: what came of them is published too. */
  #tellWhenDone(): void {
    const { queue } = this.parts;
    if (this.#state.attempts > 0 && queue.inFlight === 0 && queue.ready(this.#state.tick) === 0) {
      this.#step({ kind: "idle", inFlight: 0 });
    }
  }

  async #offer(record: FileRecord): Promise<void> {
    const { client, device, folders, queue } = this.parts;
    const { file } = record;
    const content = await folders.read(file);
    if (content.kind === "gone") return queue.remove(file);
    if (content.kind !== "content") return this.#unreadable(record, content);
    const size = content.bytes.length;
    if (size > expectedFile) {
      this.#log(true, `${file.name} has ${size} bytes, above ${expectedFile}; it is offered`);
    }
    const started = this.#now();
    const result = await client.sendOnAllIntf(this.#url(file), content.bytes, {
      signal: device.signal,
      iteration: this.#iteration++,
      bailOnHTTPErr: true,
    });
    const now = this.#now();
    const outcome = outcomeOf(result);
    if (outcome === "aborted") return queue.again(record);
    if (outcome === "delivered") {
      const took = now.monotonic - started.monotonic;
      this.#delivered(record, result, { content, startedAt: started.wall, took });
    } else {
      this.#notDelivered(record, result, outcome, size);
    }
    this.#step({
      kind: "result",
      outcome,
      retryAfterMs: retryAfterMs(result.headers, now.wall),
      suspects: queue.suspects,
      left: queue.left,
    });
  }

  #delivered(
    record: FileRecord,
    result: SendResult,
    sent: { content: Extract<FileContent, { kind: "content" }>; startedAt: number; took: number },
  ): void {
    const { file } = record;
    const { counters } = this.parts;
    counters.delivered(file, sent.content.bytes.length, sent.startedAt, sent.took);
    this.#delivery.delivered(record, sent.content.fingerprint);
    const report = file.kind === "device" ? serverReport(result.contents) : undefined;
    if (report === "garbage") {
      this.#delivery.once("the controller answers an upload with something that is no report; uploads go on");
    } else if (report !== undefined) counters.reported(report);
  }

  #notDelivered(record: FileRecord, result: SendResult, outcome: Outcome, size: number): void {
    const { counters, queue } = this.parts;
    const { tick, intervalSec } = this.#state;
    const { file } = record;
    const ticks = (times: number) => slowDownTicks(times, intervalSec);
    counters.notDelivered(file);
    this.#log(outcome === "unavailable", `${file.name} was not taken: ${result.error?.message}`);
    switch (outcome) {
      case "throttled":
        counters.throttled();
        return queue.again(record);
      case "forbidden":
        counters.refused();
        return queue.forbidden(record, tick, ticks);
      case "rejected": {
        counters.refused();
        const times = queue.rejected(record, tick + ticks(record.rejections + 1));
        if (size > largestFile) {
          this.#delivery.giveUp(record, `the controller refused it (${size} bytes, above ${largestFile})`);
        } else if (times >= rejectionsToGiveUp) {
          this.#delivery.giveUp(record, `the controller refused it (${times} times)`);
        }
        return;
      }
      default:
        return queue.unanswered(record, tick, size > largestFile ? ticks(Infinity) : 0);
    }
  }

  #unreadable(record: FileRecord, content: Extract<FileContent, { reason: string }>): void {
    const { device, queue } = this.parts;
    const errors = queue.unreadable(
      record,
      this.#state.tick + slowDownTicks(record.readErrors, this.#state.intervalSec),
    );
    if (content.kind === "hopeless" || errors >= readErrorsToGiveUp) {
      this.#delivery.giveUp(record, content.reason);
    } else {device.log.warn(
        `${record.file.name} can't be read: ${content.reason}; tried again with the next tick`,
      );}
  }

  #url(file: LogFile): string {
    const action = file.kind === "device" ? "newlogs" : `apps/instanceid/${file.appUUID}/newlogs`;
    return urlPathString(this.parts.server(), this.parts.devUUID(), action);
  }

  /** @param expected in air-gap mode */
  #log(expected: boolean, text: string): void {
    const { log } = this.parts.device;
    if (expected && this.parts.quiet()) log.debug(text);
    else log.warn(text);
  }

  #step(event: ScheduleEvent): void {
    const { state, effects } = step(this.#state, event, this.#now(), () => this.parts.device.random.next());
    this.#state = state;
    if (effects.includes("publishNewlogMetrics")) this.parts.publish(state);
  }

  #now(): Moment {
    const { clock } = this.parts.device;
    return { wall: clock.now(), monotonic: clock.monotonic() };
  }
}
