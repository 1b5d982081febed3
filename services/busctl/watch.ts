/** `busctl watch`: what changes on the bus, one line for each changed field, until the signal. */
import { whenAborted } from "../agent/timers.ts";
import { openBus, textCodec, topicPath } from "../pubsub/mod.ts";
import type { JsonValue } from "../topics/mod.ts";
import type { Job } from "./commands.ts";
import { compact, parseExact } from "./exact_json.ts";
import { diff } from "./json_diff.ts";
import { findPlaces, type Place, tableOfTopics } from "./places.ts";
import { keyText } from "./text_table.ts";

/** Topics that are in no table are looked for so often, in milliseconds. */
const LOOK_MS = 2_000;
const LONGEST_VALUE = 200;

/** What happened to a key or a topic. */
type Happening = {
  readonly change: "create" | "delete" | "modify" | "restarted";
  readonly key?: string;
  readonly field?: string;
  readonly old?: JsonValue | undefined;
  readonly new?: JsonValue | undefined;
};

/** @returns 0 when `signal` aborts */
export async function watch({ request, world, places }: Job): Promise<number> {
  const report = (error: Error) => world.output.complain(`busctl: ${error.message}`);
  const bus = openBus({ root: request.root, signal: world.signal, report });
  const followed = new Set<string>();
  let started = false;

  const wants = (path: string, key?: string) =>
    request.words.length === 0 || request.words.some((word) =>
      word === path || path.startsWith(`${word}/`) ||
      (word.startsWith(`${path}/`) && (key === undefined || word.slice(path.length + 1) === key))
    );
  const tell = (path: string, happening: Happening) => {
    if (!started || (happening.key !== undefined && !wants(path, happening.key))) return;
    const time = new Date(world.now()).toISOString();
    if (request.json) {
      world.output.print(compact(plain({ time, topic: path, ...happening })));
    } else {
      world.output.print(`${time.slice(11, 23)} ${path} ${lineOf(happening)}`);
    }
  };
  const follow = (path: string, topic: Place["topic"]) => {
    const subscription = bus.subscription({ ...topic, codec: textCodec }, {
      create: (key, text) => tell(path, { change: "create", key, new: parseExact(text) }),
      delete: (key, old) => tell(path, { change: "delete", key, old: parseExact(old) }),
      modify: (key, text, old) => {
        for (const each of diff(parseExact(old), parseExact(text))) {
          tell(path, { change: "modify", key, ...each });
        }
      },
      restart: (count) => tell(path, { change: "restarted", new: count }),
    });
    subscription.activate();
    subscription.rescan();
  };
  const followAll = (found: readonly Pick<Place, "path" | "topic">[]) => {
    for (const { path, topic } of found) {
      const name = `${path} ${topic.persistent}`;
      if (followed.has(name) || !wants(path)) continue;
      followed.add(name);
      follow(path, topic);
    }
  };

  followAll(tableOfTopics().map((topic) => ({ path: topicPath(topic), topic })));
  followAll(places);
  started = true;
  const looking = setInterval(() => followAll(findPlaces(request.root, () => {})), LOOK_MS);
  await whenAborted(world.signal);
  clearInterval(looking);
  return 0;
}

function lineOf(happening: Happening): string {
  if (happening.change === "restarted") return `restarted ${happening.new}`;
  const key = keyText(happening.key ?? "");
  if (happening.change === "create") return `${key}  created ${short(happening.new)}`;
  if (happening.change === "delete") return `${key}  deleted`;
  return `${key}  ${happening.field}: ${short(happening.old)} -> ${short(happening.new)}`;
}

function short(value: JsonValue | undefined): string {
  if (value === undefined) return "(absent)";
  const text = compact(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)`;
}

function plain(fields: Readonly<Record<string, JsonValue | undefined>>): JsonValue {
  const kept: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value;
  return kept;
}
