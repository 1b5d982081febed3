/**
 * What a topic is: who publishes it, where its directory stands, and how its values travel as JSON.
 * The table of all topics is `services/topics/table.ts`.
 */

/** Turns the values of one topic into the JSON that Go writes, and back (`spec/pubsub.md §4`). */
export interface Codec<T> {
  /** Compact JSON on one line without a newline, fields in Go's order. */
  encode(value: T): string;
  /**
   * Accepts what Go, shells and `jq` write: any white space, names in any case, missing and unknown members.
   * @throws {TypeError} naming the member, what was expected and what arrived
   */
  decode(text: string): T;
  /** Equality as Go sees it: times by instant, `null` and `[]` differ (`spec/pubsub.md §5`). */
  equal(a: T, b: T): boolean;
  /**
   * Whether a text that `encode` gave is the only one of its value: two such texts that differ are different values, so
   * that a publication need not decode what it wrote before. Absent where that never holds.
   */
  isCanonical?(text: string): boolean;
  /**
   * Paths (`Ports[0].Foo`) of the JSON members that no field takes; none for topics that keep any object.
   * @throws {TypeError} if the text is no JSON object
   */
  unknownMembers?(text: string): readonly string[];
}

/** One topic of the bus. */
export interface Topic<T> {
  /** Owner on the bus, e.g. `zedagent`; `""` for the directories under `/run/global`. */
  readonly agent: string;
  /** The bare Go type name, e.g. `DeviceNetworkStatus`. */
  readonly name: string;
  /** Only `nim/dummy/DevicePortConfig` has one. */
  readonly scope?: string;
  /** `/persist/status/...` with `.bak` instead of `/run/...`. */
  readonly persistent: boolean;
  /** Several programs write it, and the last writer wins (`LedBlinkCounter`, decisions.md 8). */
  readonly manyWriters?: boolean;
  /** How its values travel. */
  readonly codec: Codec<T>;
}
