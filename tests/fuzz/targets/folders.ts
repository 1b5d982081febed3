/**
 * A whole folder against a subscriber and a publisher: `[topic path, name, bytes, name, bytes, …]`, the files put there one by one.
 * The subscriber keeps the last good value of each key; the publisher that comes next starts whatever is there.
 */
import {
  keyOfFile,
  openBus,
  type PubsubError,
  readEntry,
  topicDirectory,
} from "../../../services/pubsub/mod.ts";
import type { Dice } from "../dice.ts";
import { examples } from "../examples.ts";
import { anyBytes, bytesOf, mutateText, utf8Of } from "../mutate.ts";
import { rule, type Target } from "../target.ts";
import { anyEntry } from "./entries.ts";

const kinds = new Set(["bad-file", "io"]);
const names = [
  "global.json",
  "global.json",
  "global.json",
  "a b.json",
  ".json",
  "restarted",
  "tmp123456",
  "a.json.json",
  "x.json.tmp",
];

function anyContent(dice: Dice, texts: readonly string[], name: string): string {
  if (dice.oneIn(12)) return anyBytes(dice, 40);
  if (name === "restarted") return dice.pick(["0", "1", "7", "7\n", "x", "", "99999999999999999999"]);
  return utf8Of(anyEntry(dice, texts));
}

/** See above. */
export const folders: Target = {
  name: "folders",
  runsInCi: 100,
  dearness: 100,
  make(dice) {
    const [path, { texts, topic }] = dice.pick([...examples()]);
    const input = [path];
    for (let files = 1 + dice.below(5); files > 0; files--) {
      let name = dice.pick(names);
      if (topic.persistent && dice.oneIn(4)) name = `${name}.bak`;
      if (dice.oneIn(10)) name = mutateText(name, dice).replace(/[/\0]/g, "_").toWellFormed();
      if (name === "" || name === "." || name === ".." || new TextEncoder().encode(name).length > 255) {
        name = "global.json";
      }
      input.push(name, anyContent(dice, texts, name));
    }
    return input;
  },
  check([path = "", ...files]) {
    const topic = examples().get(path)?.topic;
    rule(topic !== undefined, `there is a topic ${path}`);
    const root = Deno.makeTempDirSync({ prefix: "fuzz", dir: memory() });
    const end = new AbortController();
    const reports: PubsubError[] = [];
    const bus = openBus({
      root,
      signal: end.signal,
      report: (error) => void reports.push(error),
      rescanMs: 1e6,
    });
    try {
      const folder = topicDirectory(root, topic);
      Deno.mkdirSync(folder, { recursive: true });
      const subscription = bus.subscription(topic);
      subscription.activate();
      for (let i = 0; i + 1 < files.length; i += 2) {
        const [name = "", content = ""] = files.slice(i);
        const key = keyOfFile(name);
        const before = key === undefined ? undefined : subscription.get(key);
        Deno.writeFileSync(`${folder}/new`, bytesOf(content));
        Deno.renameSync(`${folder}/new`, `${folder}/${name}`);
        subscription.rescan();
        rule(
          Number.isSafeInteger(subscription.restarted) && subscription.restarted >= 0,
          "the counter is a number",
        );
        if (key === undefined) continue;
        const read = readEntry(`${folder}/${name}`, topic.codec);
        const now = subscription.get(key);
        if (read.state === "good") {
          rule(now !== undefined && topic.codec.equal(now, read.value), "a good file is its value");
        } else if (before !== undefined) {
          rule(now !== undefined && topic.codec.equal(now, before), "a bad one leaves the last");
        }
      }
      const told = reports.length;
      subscription.rescan();
      rule(reports.length === told, "nothing is told twice");
      const publication = bus.publication(topic);
      for (const [key, value] of publication.getAll()) {
        const read = readEntry(`${folder}/${key}.json`, topic.codec);
        rule(
          read.state === "good" && topic.codec.equal(read.value, value),
          "a publisher holds what its files say",
        );
      }
      rule(reports.every((error) => kinds.has(error.kind)), "only files are complained of");
    } finally {
      end.abort();
      Deno.removeSync(root, { recursive: true });
    }
  },
};

/** Where files cost no disk. */
function memory(): string {
  try {
    return Deno.statSync("/dev/shm").isDirectory ? "/dev/shm" : "/tmp";
  } catch {
    return "/tmp";
  }
}
