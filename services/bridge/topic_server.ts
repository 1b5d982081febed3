/** Serves one topic exactly as long as one of our programs owns it and has loaded it (decisions.md 4). */
import { errorText } from "../agent/error.ts";
import { type Owner, readOwner, socketPath, type Topic, topicPath } from "../pubsub/mod.ts";
import { LargeFiles } from "./large_files.ts";
import { checkSocketPath } from "./listener.ts";
import { Serving } from "./serving.ts";
import type { BridgeSetting } from "./setting.ts";
import { SocketPlace } from "./socket_place.ts";
import { ToldOnce } from "./told_once.ts";

/** What to do about the process that is served (if one is) when the lock says that `owner` holds the topic. Pure. */
export function nextStep(
  served: number | undefined,
  owner: Owner | undefined,
): "none" | "begin" | "finish" | "change" {
  const wanted = owner?.loaded ? owner.pid : undefined;
  if (served === wanted) return "none";
  if (served === undefined) return "begin";
  return wanted === undefined ? "finish" : "change";
}

/** See the head of this file. */
export class TopicServer {
  readonly #place: SocketPlace;
  readonly #largeFiles: LargeFiles;
  #serving: Serving | undefined;
  readonly #lockFault: ToldOnce;
  readonly #beginFault: ToldOnce;

  /** @throws {BridgeError} `path-too-long` */
  constructor(private readonly setting: BridgeSetting, private readonly topic: Topic<unknown>) {
    const path = socketPath(setting.root, topic);
    if (path === undefined) throw new TypeError(`${topic.name} is of no agent and has no socket`);
    checkSocketPath(path);
    this.#lockFault = new ToldOnce(setting.log);
    this.#beginFault = new ToldOnce(setting.log);
    this.#place = new SocketPlace(path, setting);
    this.#largeFiles = new LargeFiles(setting, topic);
  }

  /** Looks at lock and socket and does what they say; for events and as the slow safety check. */
  check(): void {
    let owner;
    try {
      owner = readOwner(this.setting.root, this.topic);
      this.#lockFault.gone();
    } catch (error) {
      this.#lockFault.tell(`${errorText(error)}; the socket stays as it is`);
      return;
    }
    const step = nextStep(this.#serving?.pid, owner);
    if (step === "none") this.#serving?.check();
    if (step === "finish" || step === "change") {
      this.#serving?.finish();
      this.#serving = undefined;
    }
    if (owner?.pid !== undefined && (step === "begin" || step === "change")) this.#begin(owner.pid);
  }

  /** Closes everything, removes socket and large files. */
  end(): void {
    this.#serving?.end();
    this.#serving = undefined;
    this.#largeFiles.close();
  }

  #begin(pid: number): void {
    const { topic, setting } = this;
    const [place, largeFiles] = [this.#place, this.#largeFiles];
    try {
      const ownerEnded = () => this.check();
      this.#serving = Serving.begin(setting, { topic, place, largeFiles, pid, ownerEnded });
      this.#beginFault.gone();
    } catch (error) {
      this.#beginFault.tell(`${topicPath(topic)} is not served: ${errorText(error)}; it is tried again`);
    }
  }
}
