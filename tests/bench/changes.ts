/** What the publishing children of `bus_keys` have in common: changes on demand, each after a rest. */
import { heard, say } from "./stdio.ts";

const REST_MS = 5;
/** Above the versions that this process's parent publishes. */
const FIRST = 5_000_000;

/**
 * Says `ready`; then for each number on standard input makes as many changes and says the version of the last.
 * @param prepare what comes before the rest; gives the change itself
 */
export async function answerChanges(prepare: (version: number) => () => void): Promise<void> {
  let version = FIRST;
  say("ready");
  for await (const line of heard()) {
    for (let n = 0; n < Number(line); n++) {
      const act = prepare(++version);
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
      act();
    }
    say(String(version));
  }
}
