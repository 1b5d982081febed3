/** Values with large fields, on their way through the socket: `[JSON text]`. */
import {
  checkWireSize,
  fileContent,
  largeFields,
  MAX_MESSAGE,
  messageSize,
  planValue,
  PubsubError,
  withFiles,
} from "../../../services/pubsub/mod.ts";
import type { Dice } from "../dice.ts";
import { mutateJson, mutateText } from "../mutate.ts";
import { refusing, rule, type Target } from "../target.ts";

const topic = { agent: "zedagent", name: "AppInstanceConfig", persistent: false };
const examples = [
  '{"Small":"s","pubsub-large-CloudInitUserData":"hello"}',
  '{"a":[{"pubsub-large-CipherData":null},{"pubsub-large-CipherData":"AQID"}],"b":"\\"pubsub-large-X\\":1"}',
  '{"pubsub-large-AppPods":[{"pubsub-large-In":[1,"]}"]}],"pubsub-large-":{},"pubsub-large-a b":"\\\\"}',
  '{"pubsub-large-Storage" : {"x":"}"} ,"y":"pubsub-large-","pubsub-large-ProxyCertPEM":["x","y"]}',
];

/** Some values made so long that they can't stay inline. */
function lengthen(json: string, dice: Dice): string {
  const length = dice.pick([10, 20_000, 50_000, 200_000]);
  return json.replace(
    /"(AQID|hello|x)"/g,
    (whole, word) => dice.oneIn(2) ? `"${String(word).repeat(length / 4)}"` : whole,
  );
}

/** See above. */
export const large: Target = {
  name: "large",
  runsInCi: 4_000,
  make(dice) {
    const json = dice.oneIn(3) ? dice.pick(examples) : mutateJson(dice.pick(examples), dice);
    return [lengthen(dice.oneIn(5) ? mutateText(json, dice) : json, dice)];
  },
  check([text = ""]) {
    const fields = [...largeFields(text)];
    let last = 0;
    for (const { start, valueStart, end } of fields) {
      rule(
        start >= last && valueStart > start && end >= valueStart && end <= text.length + 1,
        "fields follow each other",
      );
      last = end;
    }
    const parsed = refusing(() => JSON.parse(text), (error) => error instanceof SyntaxError);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return;
    // As our codecs write it: no name hides behind escapes.
    const json = JSON.stringify(parsed);
    const refused =
      refusing(() => (checkWireSize(topic, "key", json, utf8(json)), true), isTooLarge) === undefined;
    const plan = planValue(topic, "key", json);
    if (plan.kind === "too-large") return;
    const names = plan.move.map((_, i) => `pubsub-file-X${String(i).padStart(10, "0")}`);
    const sent = withFiles(topic, json, plan.move, names);
    rule(messageSize(topic.name, "key", utf8(sent)) <= MAX_MESSAGE, "what is sent fits");
    rule(!refused, "what can be sent may be published");
    const contents = new Map(plan.move.map((field, i) => [names[i], fileContent(json, field)]));
    rule(JSON.stringify(expand(JSON.parse(sent), contents)) === json, "the reader gets the value back");
  },
};

function isTooLarge(error: unknown): boolean {
  return error instanceof PubsubError && error.kind === "too-large";
}

function utf8(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** As Go's subscriber does it (`spec/pubsub.md §6` rule 3). */
function expand(value: unknown, files: ReadonlyMap<string | undefined, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => expand(item, files));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const path = typeof item === "string" && name.startsWith("pubsub-file-") ? pathIn(item) : undefined;
      const content = path === undefined ? undefined : files.get(path.slice(path.lastIndexOf("/") + 1));
      if (content === undefined) return [name, expand(item, files)];
      const members: unknown[] = Object.values(JSON.parse(content));
      rule(members.length === 1, "a file has one member");
      return [`pubsub-large-${name.slice("pubsub-file-".length)}`, members[0]];
    }),
  );
}

function pathIn(text: string): string | undefined {
  const path = refusing(() => JSON.parse(text), (error) => error instanceof SyntaxError);
  return typeof path === "string" ? path : undefined;
}
