/** `.proto` text → protobufjs reflection, with names kept as they are written. */

import protobuf from "protobufjs";

/** Parses a set of files that import only each other. Every type is resolved. */
export function parseSources(sources: Map<string, string>): protobuf.Root {
  const root = new protobuf.Root();
  for (const [path, text] of sources) {
    for (const missing of protobuf.parse(text, root, { keepCase: true }).imports ?? []) {
      if (!sources.has(missing)) throw new Error(`${path} imports ${missing}, which is not there`);
    }
  }
  root.resolveAll();
  return root;
}
