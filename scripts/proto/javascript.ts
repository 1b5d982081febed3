/** One bundle as an ES module of static protobufjs code. */

import { pbjs } from "protobufjs-cli";
import type protobuf from "protobufjs";
import type { Bundle } from "./bundles.ts";

/** What protobufjs-cli's own types leave out. */
interface Generator {
  generate(
    root: protobuf.Root,
    options: Record<string, string | boolean>,
    done: (error: Error | null, output?: string) => void,
  ): void;
}

/** Prints the module; it imports only `protobufjs/minimal`. */
export function javascript(root: protobuf.Root, bundle: Bundle): Promise<string> {
  const options = {
    target: "static-module",
    wrap: "esm",
    dependency: "protobufjs/minimal",
    // Bundles that meet in one process must not overwrite each other in protobufjs' table of roots.
    root: `eve-${bundle.name}`,
    es6: true,
    lint: "",
    convert: bundle.convert,
    verify: false,
    delimited: false,
    typeurl: false,
    service: false,
    comments: false,
    beautify: false,
    "keep-case": true,
    "force-long": true,
  };
  return new Promise((resolve, reject) => {
    (pbjs as unknown as Generator).generate(root, options, (error, output) => {
      if (error !== null) reject(error);
      else resolve(compact(output ?? ""));
    });
  });
}

/** One tab for four spaces, no empty lines: two thirds of the size. Generated code has no text that spans lines. */
function compact(code: string): string {
  const lines = code.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
  return lines.map((line) => line.replace(/^(?: {4})+/, (space) => "\t".repeat(space.length / 4))).join(
    "\n",
  ) + "\n";
}
