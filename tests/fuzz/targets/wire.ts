/** The bridge's requests and messages. `requests`: `[topic, bytes]`; `messages`: `[topic, key, JSON text]`. */
import {
  complete,
  faultOfRequest,
  hello,
  remove,
  REQUEST_LIMIT,
  restarted,
  update,
} from "../../../services/bridge/messages.ts";
import { messageSize } from "../../../services/pubsub/mod.ts";
import { anyBytes, anyText, bytesOf, mutateText, utf8Of } from "../mutate.ts";
import { rule, type Target } from "../target.ts";

const topics = ["AttestNonce", "LOCConfig", "DevicePortConfig", "T".repeat(100)];

/** What a subscriber sends first. */
export const requests: Target = {
  name: "requests",
  runsInCi: 50_000,
  make(dice) {
    const topic = dice.pick(topics);
    const good = `request ${topic}`;
    const bytes = dice.oneIn(6) ? anyBytes(dice, 300) : dice.oneIn(8) ? good : utf8Of(mutateText(good, dice));
    return [topic, dice.oneIn(20) ? bytes.padEnd(REQUEST_LIMIT + dice.below(3) - 1, " ") : bytes];
  },
  check([topic = "", packet = ""]) {
    const bytes = bytesOf(packet);
    const fault = faultOfRequest(bytes, bytes.length, topic);
    const good = packet === `request ${topic}` && bytes.length < REQUEST_LIMIT;
    rule((fault === undefined) === good, "just the one request is taken");
    rule(
      faultOfRequest(bytes.subarray(0, REQUEST_LIMIT), bytes.length, topic) === fault,
      "its first bytes are enough",
    );
    rule(faultOfRequest(bytes, REQUEST_LIMIT, topic) !== undefined, "an oversize one never");
  },
};

/** What the bridge sends, read as Go does (`spec/pubsub.md §3.2`). */
export const messages: Target = {
  name: "messages",
  runsInCi: 30_000,
  make(dice) {
    const key = dice.oneIn(4)
      ? dice.pick(["", "global", "Application Data Store"])
      : anyText(dice, 30).toWellFormed();
    return [dice.pick(topics), key, anyText(dice, 200).toWellFormed()];
  },
  check([topic = "", key = "", json = ""]) {
    const packet = update(topic, key, json);
    const fields = text(packet).split(" ");
    rule(fields.length === 4 && fields[0] === "update" && fields[1] === topic, "an update has four fields");
    rule(decoded(fields[2]) === key && decoded(fields[3]) === json, "key and value come back");
    const size = messageSize(topic, key, new TextEncoder().encode(json).length);
    rule(packet.length === size, "its size is what the publisher counted");
    const [verb, name, gone, ...more] = text(remove(topic, key)).split(" ");
    rule(
      verb === "delete" && name === topic && decoded(gone) === key && more.length === 0,
      "a delete has three fields",
    );
    rule(text(hello(topic, key === "")) === `hello ${topic} ${key === ""}`, "hello");
    rule(text(complete(topic)) === `complete ${topic}`, "complete");
    rule(text(restarted(topic, json.length)) === `restarted ${topic} ${json.length}`, "restarted");
  },
};

function text(packet: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(packet);
}

function decoded(field: string | undefined): string {
  return text(Uint8Array.fromBase64(field ?? "?", { lastChunkHandling: "strict" }));
}
