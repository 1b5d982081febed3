/** `busctl graph`: who publishes what to whom, from the table of spec/pubsub.md §14, with what is live on this bus. */
import { topicPath } from "../pubsub/mod.ts";
import { subscribersOf } from "../topics/mod.ts";
import type { Job } from "./commands.ts";
import { dotText } from "./graph_dot.ts";
import { svgText } from "./graph_svg.ts";
import { ownerOf } from "./owner_text.ts";
import { tableOfTopics } from "./places.ts";
import { textTable } from "./text_table.ts";

/** One topic between its publisher and its readers. */
export interface Edge {
  readonly publisher: string;
  /** `<agent>[/<scope>]/<Topic>` */
  readonly topic: string;
  readonly subscribers: readonly string[];
  /** Its directory is there. */
  readonly present: boolean;
  /** One of our programs publishes it now. */
  readonly live: boolean;
}

/** @returns 0, or 1 if no topic of this agent is known */
export function graph({ request, world, places }: Job): number {
  const [agent] = request.words;
  const there = new Set(places.map(({ path, topic }) => `${path} ${topic.persistent}`));
  const edges = tableOfTopics().map((topic): Edge => ({
    publisher: topic.agent || "(global)",
    topic: topicPath(topic),
    subscribers: subscribersOf(topic),
    present: there.has(`${topicPath(topic)} ${topic.persistent}`),
    live: ownerOf(request.root, topic).state === "alive",
  })).filter(({ publisher, subscribers }) =>
    agent === undefined || agent === publisher || `(${agent})` === publisher || subscribers.includes(agent)
  );
  if (edges.length === 0) {
    world.output.complain(`busctl: no topic of the table is published or read by ${agent}`);
    return 1;
  }
  if (request.dot) world.output.print(dotText(edges));
  else if (request.svg) world.output.print(svgText(edges));
  else graphLines(edges).forEach((line) => world.output.print(line));
  return 0;
}

/** Pure. */
function graphLines(edges: readonly Edge[]): string[] {
  return textTable(edges.map(({ topic, subscribers, present, live }) => [
    live ? "live" : present ? "files" : "-",
    topic,
    `-> ${subscribers.length === 0 ? "(nobody)" : subscribers.join(", ")}`,
  ]));
}
