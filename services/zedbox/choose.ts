/** Which program a call of zedbox means: by the name that it was called with, or by its first word. Pure. */

/** The programs that zedbox holds. */
export const boxedPrograms = ["client", "zedagent", "loguploader", "nim", "diag"] as const;
/** See {@linkcode boxedPrograms}. */
export type BoxedProgram = typeof boxedPrograms[number];

/** What to run with which words; `undefined` where neither name nor word is known. */
export interface Choice {
  readonly program: BoxedProgram | "all" | undefined;
  readonly args: readonly string[];
}

/** @param calledAs how the process was called, a path or a name (`argv[0]`) @param args the words behind it */
export function choose(calledAs: string, args: readonly string[]): Choice {
  const link = boxedProgram(calledAs.slice(calledAs.lastIndexOf("/") + 1));
  if (link !== undefined) return { program: link, args };
  const [word = "", ...rest] = args;
  return { program: word === "all" ? "all" : boxedProgram(word), args: rest };
}

function boxedProgram(name: string): BoxedProgram | undefined {
  return boxedPrograms.find((program) => program === name);
}
