/** Entry files against the codec of their topic: `[topic path, text, another text]`. */
import type { Codec } from "../../../services/pubsub/mod.ts";
import type { Dice } from "../dice.ts";
import { examples } from "../examples.ts";
import { anyText, mutateJson, mutateText } from "../mutate.ts";
import { refusing, rule, type Target } from "../target.ts";

/** A mutated example of one topic, or any text. */
export function anyEntry(dice: Dice, texts: readonly string[]): string {
  const text = dice.pick(texts);
  if (dice.oneIn(40)) return anyText(dice, 60);
  const json = dice.oneIn(4) ? text : mutateJson(text, dice);
  return dice.oneIn(3) ? mutateText(json, dice) : json;
}

/** See above. */
export const entries: Target = {
  name: "entries",
  runsInCi: 15_000,
  make(dice) {
    const [path, { texts }] = dice.pick([...examples()]);
    return [path, anyEntry(dice, texts), anyEntry(dice, texts)];
  },
  check([path = "", text = "", other = ""]) {
    const codec = examples().get(path)?.topic.codec;
    rule(codec !== undefined, `there is a topic ${path}`);
    const value = checkOne(codec, text);
    const another = checkOne(codec, other);
    if (value === undefined || another === undefined) return;
    const [mine, its] = [codec.encode(value), codec.encode(another)];
    const same = codec.equal(value, another);
    rule(same === codec.equal(another, value), "equality is the same both ways");
    if (mine === its) rule(same, "equal texts are equal values");
    if (codec.isCanonical?.(mine) && codec.isCanonical(its)) {
      rule(same === (mine === its), "canonical texts are equal just when their values are");
    }
  },
};

function checkOne(codec: Codec<unknown>, text: string): unknown {
  const isTypeError = (error: unknown) => error instanceof TypeError;
  refusing(() => codec.unknownMembers?.(text), isTypeError);
  refusing(() => codec.isCanonical?.(text), isTypeError);
  const value = refusing(() => codec.decode(text), isTypeError);
  if (value === undefined) return undefined;
  rule(codec.equal(value, value), "a value is equal to itself");
  const again = codec.encode(value);
  rule(again.startsWith("{") && !/[\n\r]/.test(again), "it is written as one line of a JSON object");
  JSON.parse(again);
  const back = codec.decode(again);
  rule(codec.equal(value, back) && codec.equal(back, value), "what is written reads as an equal value");
  rule(codec.encode(back) === again, "and is written the same again");
  const strangers = codec.unknownMembers?.(again) ?? [];
  rule(strangers.length === 0, "what we write has no unknown members");
  return value;
}
