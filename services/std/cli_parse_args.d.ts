/** The part of `@std/cli/parse-args` that this project uses, narrowed to what `jsr:@std/cli@1` promises for it. */
export interface ParseOptions {
  boolean?: readonly string[];
  string?: readonly string[];
  collect?: readonly string[];
  alias?: Readonly<Record<string, string | readonly string[]>>;
  default?: Readonly<Record<string, unknown>>;
  stopEarly?: boolean;
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
export type Args = { _: (string | number)[] } & Record<string, unknown>;
export function parseArgs(args: readonly string[], options?: ParseOptions): Args;
