/** What the picture of the architecture shows, from the code itself. */
import { type Topic, topicPath } from "../../services/pubsub/mod.ts";
import { ownedBy, subscribersOf, topics } from "../../services/topics/mod.ts";
import { importsOf, programRooms, roomOf, sharedRooms } from "./imports.ts";
import type { Facts } from "./picture.ts";

/** Reads sources and topics. */
export async function architectureFacts(): Promise<Facts> {
  const imports = new Map<string, Set<string>>();
  for (const room of [...sharedRooms, ...programRooms]) {
    const targets = (await importsOf(room)).map(({ target }) => roomOf(target));
    imports.set(
      room,
      new Set(targets.filter((target) => target !== undefined).filter((target) => target !== room)),
    );
  }
  return { imports, topics: topicCounts() };
}

function topicCounts(): Facts["topics"] {
  const all: readonly Topic<unknown>[] = Object.values(topics).flatMap((ofAgent) => Object.values(ofAgent));
  return new Map(
    Object.entries(ownedBy).map(([program, own]) => {
      const paths = new Set(own.map(topicPath));
      const busName = program === "client" ? "zedclient" : program;
      const read = all.filter((topic) =>
        subscribersOf(topic).includes(busName) && !paths.has(topicPath(topic))
      );
      return [program, { publishes: own.length, reads: read.length }];
    }),
  );
}
