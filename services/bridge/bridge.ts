/** All topics of our programs: who owns them is watched, and each is served or not (design.md, "The bus is files"). */
import { dirname } from "node:path";
import { errorText } from "../agent/error.ts";
import { DirectoryWatch, lockPath, type Topic } from "../pubsub/mod.ts";
import { AgentFolders } from "./agent_folders.ts";
import { BridgeError } from "./error.ts";
import type { BridgeSetting } from "./setting.ts";
import { TopicServer } from "./topic_server.ts";

/** See the head of this file. */
export class Bridge {
  readonly #servers: readonly TopicServer[];
  readonly #watches: readonly DirectoryWatch[];
  readonly #agentFolders: AgentFolders;

  /** A topic whose socket path is too long is told and left out. @throws {BridgeError} `system` */
  constructor(private readonly setting: BridgeSetting, topics: readonly Topic<unknown>[]) {
    this.#agentFolders = new AgentFolders(setting.libc, setting.poller);
    const folders = new Map<string, Map<string, TopicServer>>();
    for (const topic of topics) {
      const server = this.#open(topic);
      if (server === undefined) continue;
      const folder = dirname(lockPath(setting.root, topic));
      const servers = folders.get(folder) ?? new Map<string, TopicServer>();
      folders.set(folder, servers.set(topic.name, server));
    }
    this.#servers = Array.from(folders.values(), (servers) => [...servers.values()]).flat();
    this.#watches = Array.from(folders, ([folder, servers]) => this.#watch(folder, servers));
    this.#servers.forEach((server) => server.check());
  }

  /** The slow safety check of everything that events tell. */
  recheck(): void {
    this.#watches.forEach((watch) => watch.check());
    this.#servers.forEach((server) => server.check());
  }

  /** Closes everything and unlinks our sockets. */
  end(): void {
    this.#watches.forEach((watch) => watch.close());
    this.#agentFolders.end();
    this.#servers.forEach((server) => server.end());
  }

  #open(topic: Topic<unknown>): TopicServer | undefined {
    try {
      return new TopicServer(this.setting, topic);
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      this.setting.log.error(errorText(error));
      return undefined;
    }
  }

  /** Locks are taken, marked and released there, and sockets of others come and go. */
  #watch(folder: string, servers: ReadonlyMap<string, TopicServer>): DirectoryWatch {
    const ofFile = (name: string) => servers.get(name.replace(/\.(lock|sock)$/, ""));
    return new DirectoryWatch(folder, (name) => /\.(lock|sock)$/.test(name), {
      touched: (names) => new Set(Array.from(names, ofFile)).forEach((server) => server?.check()),
      replaced: () => servers.forEach((server) => server.check()),
      failed: (cause) => {
        const next = "it is looked at every second instead";
        this.setting.log.error(`cannot watch ${folder}: ${errorText(cause)}; ${next}`);
      },
    }, this.#agentFolders.follow);
  }
}
