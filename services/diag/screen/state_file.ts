/** `-s FILE`: the complete latest report, replaced at once (`spec/diag.md §7.2`). */
import { replaceFile } from "../../pubsub/mod.ts";
import { errorText } from "../../agent/mod.ts";

/** @param complain told of a failed write; the old report stays */
export function writeStateFile(path: string, text: string, complain: (reason: string) => void): void {
  try {
    replaceFile(path, text);
  } catch (error) {
    complain(errorText(error));
  }
}
