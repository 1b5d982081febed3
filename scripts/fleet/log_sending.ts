/** Log files of a virtual device, written as newlogd does and uploaded by loguploader's own schedule, queue and folders. */
import { basename } from "node:path";
import { jitter, signalOnce } from "../../services/agent/mod.ts";
import { Drain } from "../../services/loguploader/drain.ts";
import { parseLogFile } from "../../services/loguploader/file_name.ts";
import { UploadFolders } from "../../services/loguploader/folders.ts";
import { NewlogCounters } from "../../services/loguploader/newlog_counters.ts";
import { folderSync } from "../../services/loguploader/folder_sync.ts";
import { SentMarks } from "../../services/loguploader/sent_marks.ts";
import { UploadQueue } from "../../services/loguploader/upload_queue.ts";
import type { ConfigAccess } from "../../services/zedagent/config/request.ts";
import { LogProducer } from "../controller/mod.ts";

/** How often, and how much. */
export interface LogLoad {
  /** Between two files, ± 10 %, milliseconds. */
  readonly logMs: number;
  /** Of a file before it is compressed, about. */
  readonly logBytes: number;
}

/** See above. Fast upload is on: each file goes as soon as it is written. */
export class LogSending {
  readonly #queue = new UploadQueue();
  readonly #drain: Drain;
  readonly #producer: LogProducer;

  constructor(private readonly access: ConfigAccess, private readonly load: LogLoad) {
    const { client, device, devUUID, server } = access;
    this.#producer = new LogProducer(device.paths.newlog, () => device.clock.now());
    const folders = new UploadFolders(device.paths);
    this.#drain = new Drain({
      device,
      client,
      server,
      devUUID,
      folders,
      marks: new SentMarks(`${folders.base}/sentMarks.jsonl`),
      synced: folderSync(device),
      needsRoom: signalOnce(),
      queue: this.#queue,
      counters: new NewlogCounters(),
      wakeUp: signalOnce(),
      publish: () => {},
      quiet: () => false,
    });
  }

  /** Until the device ends. */
  async run(): Promise<void> {
    this.#drain.happen({ kind: "fastUpload", on: true, left: 0 });
    await Promise.all([this.#drain.run(), this.#write()]);
  }

  async #write(): Promise<void> {
    const { clock, random, signal } = this.access.device;
    const { logMs, logBytes } = this.load;
    await clock.sleep(random.next() * logMs, signal);
    while (!signal.aborted) {
      const lines = Array.from({ length: Math.max(1, Math.round(logBytes / 150)) }, () => ({
        severity: "info",
        source: "fleet",
        content: random.uuid(),
      }));
      for (const path of await this.#producer.writeDeviceLog({ devID: this.access.devUUID() }, lines)) {
        const file = parseLogFile("device", basename(path));
        if (file !== undefined) this.#queue.add(file);
      }
      this.#drain.happen({ kind: "files", ready: this.#queue.ready(this.#drain.state.tick) });
      await clock.sleep(jitter(random, logMs), signal);
    }
  }
}
