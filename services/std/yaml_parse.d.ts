/** The part of `@std/yaml/parse` that this project uses, as `jsr:@std/yaml@1` promises it. */
export function parse(content: string): unknown;
