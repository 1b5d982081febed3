/** Sends files as the schedule allows, several in flight, and acts on what comes back. Decisions are in `schedule.ts` and `upload_queue.ts`. */
import { type Client, urlPathString } from "../../controllerconn/mod.ts";
import { type Device, errorText, firedWithin, type Trigger } from "../agent/mod.ts";
import type { LogFile } from "./file_name.ts";
import type { UploadFolders } from "./folders.ts";
import type { NewlogCounters } from "./newlog_counters.ts";
import { type Outcome, outcomeOf, retryAfterMs, serverReport } from "./response_policy.ts";
import { initialSchedule, nextStartAt, slowDownTicks, step } from "./schedule.ts";
import type { Moment, ScheduleEvent, ScheduleState } from "./schedule_state.ts";
import { type FileRecord, rejectionsToGiveUp, type UploadQueue } from "./upload_queue.ts";

/** Offered once; refused, it goes to quarantine (decisions.md 21). */
export const largestFile = 65_536;
const readErrorsToGiveUp = 3;
const longestSleepMs = 60_000;

/** What the drain works with. */
export interface DrainParts {
  readonly device: Device;
  readonly client: Client;
  /** Content of `/config/server`. */
  readonly server: () => string;
  readonly devUUID: () => string;
  readonly folders: UploadFolders;
  readonly queue: UploadQueue;
  readonly counters: NewlogCounters;
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
  readonly #told = new Set<string>();

  constructor(private readonly parts: DrainParts) {
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

  /** Runs until the device ends and every send has. */
  async run(): Promise<void> {
    const { device, queue, wakeUp } = this.parts;
    while (!device.signal.aborted) {
      const now = this.#now();
      if (now.monotonic >= this.#state.tickAt) this.#tick();
      this.#startWhatMay();
      this.#tellWhenDone();
      const wait =
        Math.min(this.#state.tickAt, nextStartAt(this.#state, now), queue.nextHanging(now.monotonic)) -
        now.monotonic;
      await firedWithin(device, wakeUp, Math.max(1, Math.min(wait, longestSleepMs)));
    }
    await Promise.all(this.#sends);
  }

  #tick(): void {
    const { queue } = this.parts;
    this.#step({ kind: "tick", left: queue.left });
    queue.wake(this.#state.tick);
  }

  #startWhatMay(): void {
    const { queue } = this.parts;
    for (;;) {
      const now = this.#now();
      if (nextStartAt(this.#state, now) > now.monotonic) return;
      const record = queue.next(this.#state.tick, this.#state.window, now.monotonic);
      if (record === undefined) {
        if (queue.ready(this.#state.tick) === 0) this.#step({ kind: "idle", inFlight: queue.inFlight });
        return;
      }
      this.#step({ kind: "started" });
      const send = this.#offer(record).catch((error) => {
        this.parts.device.log.error(`${record.file.name}: ${errorText(error)}; it stays and is tried again`);
        queue.rest(record, this.#state.tick + 1);
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
    const { device, client, counters, folders, queue } = this.parts;
    const { file } = record;
    const content = await folders.read(file);
    if (content.kind === "gone") return queue.remove(file);
    if (content.kind === "unreadable") return this.#unreadable(record, content.reason);
    const started = this.#now();
    const result = await client.sendOnAllIntf(this.#url(file), content.bytes, {
      signal: device.signal,
      iteration: this.#iteration++,
    });
    const now = this.#now();
    const outcome = outcomeOf(result);
    if (outcome === "delivered") {
      counters.delivered(file, content.bytes.length, started.wall, now.monotonic - started.monotonic);
      if (file.kind === "device") this.#readReport(result.contents);
      queue.sent(record);
      this.#finish(record);
    } else if (outcome !== "aborted") {
      counters.notDelivered(file);
      this.#log(outcome, `${file.name} was not taken: ${result.error?.message}`);
    }
    this.#settle(record, outcome, content.bytes.length);
    if (outcome === "aborted") return;
    this.#step({
      kind: "result",
      outcome,
      retryAfterMs: retryAfterMs(result.headers, now.wall),
      suspects: queue.suspects,
      left: queue.left,
    });
  }

  #settle(record: FileRecord, outcome: Outcome, bytes: number): void {
    const { counters, queue } = this.parts;
    const { tick, intervalSec } = this.#state;
    const ticks = (times: number) => slowDownTicks(times, intervalSec);
    switch (outcome) {
      case "delivered":
        return;
      case "aborted":
        return queue.again(record);
      case "unavailable":
        return queue.unanswered(record, tick);
      case "forbidden":
        return queue.forbidden(record, tick, ticks);
      case "throttled":
        counters.throttled();
        return queue.again(record);
      case "rejected": {
        counters.rejected();
        const times = queue.rejected(record, tick + ticks(record.rejections + 1));
        if (times >= rejectionsToGiveUp || bytes > largestFile) {
          const why = bytes > largestFile
            ? `${bytes} bytes, above ${largestFile}`
            : `${times} times in a row`;
          this.#giveUp(record, `the controller refused it (${why})`);
        }
      }
    }
  }

  #unreadable(record: FileRecord, reason: string): void {
    const { queue } = this.parts;
    const errors = queue.unreadable(record, this.#state.tick + 1);
    if (errors >= readErrorsToGiveUp || reason === "it is empty") this.#giveUp(record, reason);
    else {this.parts.device.log.warn(
        `${record.file.name} can't be read: ${reason}; tried again with the next tick`,
      );}
  }

  #giveUp(record: FileRecord, reason: string): void {
    const { counters, device, folders, queue } = this.parts;
    const { file } = record;
    try {
      const evicted = folders.quarantine(file);
      counters.relocated(file, evicted);
      queue.remove(file);
      const pushed = evicted > 0 ? `; ${evicted} of the oldest there were removed` : "";
      device.log.error(`${file.name} moved to failedUpload: ${reason}${pushed}`);
    } catch (error) {
      this.#once(
        `${file.name} can't be moved to ${folders.failedUpload}: ${errorText(error)}; it stays where it is`,
      );
    }
  }

  /** A file that can't be moved stays marked as sent, so that it is not sent again for ever. */
  #finish(record: FileRecord): void {
    try {
      this.parts.folders.finish(record.file);
      this.parts.queue.remove(record.file);
    } catch (error) {
      this.#once(
        `${record.file.name} was delivered and can't be moved away: ${
          errorText(error)
        }; it is not sent again`,
      );
    }
  }

  /** Tries again to move away what was delivered earlier. */
  finishSent(files: readonly FileRecord[]): void {
    for (const record of files) this.#finish(record);
  }

  #readReport(contents: Uint8Array): void {
    const report = serverReport(contents);
    if (report === "garbage") {
      this.#once("the controller answers an upload with something that is no report; uploads go on");
    } else if (report !== undefined) this.parts.counters.reported(report);
  }

  #url(file: LogFile): string {
    const action = file.kind === "device" ? "newlogs" : `apps/instanceid/${file.appUUID}/newlogs`;
    return urlPathString(this.parts.server(), this.parts.devUUID(), action);
  }

  #log(outcome: Outcome, text: string): void {
    const { log } = this.parts.device;
    if (this.parts.quiet() && outcome === "unavailable") log.debug(text);
    else log.warn(text);
  }

  #once(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.parts.device.log.error(text);
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
