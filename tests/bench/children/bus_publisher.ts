/**
 * A publisher of a table that stands already: `bus_publisher.ts <root>`. Says `ready`; for each number on standard input it
 * changes one key as often, 5 ms apart, and says the last version.
 */
import { small, strictBus } from "../bus_value.ts";
import { answerChanges } from "../changes.ts";

const [root = ""] = Deno.args;
const publication = strictBus(root, new AbortController().signal).publication(small.topic(false));
await answerChanges((version) => {
  const value = small.value(version);
  return () => void publication.publish("key-0", value);
});
