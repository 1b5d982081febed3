/** What the command line asks for (`spec/diag.md §1.1`). Pure. */
import { AgentError, type Arguments } from "../agent/mod.ts";
import { isLoopback, type ListenAddress, listenAddress } from "./serve/listen_address.ts";
import { type ScreenSize, screenSize } from "./screen/budget.ts";

/** See the head of this file. */
export interface DiagOptions {
  /**
   * `once`: now, with whatever is there. `first`: one report as soon as the bus says enough. `forever`: `-f`. `validate`: a
   * folder on a workbench.
   */
  readonly form: "once" | "first" | "forever" | "validate";
  readonly json: boolean;
  /** `-o`; `undefined` for standard output. */
  readonly screenFile: string | undefined;
  /** `-s` */
  readonly stateFile: string | undefined;
  readonly size: ScreenSize;
  /** `-p` */
  readonly showPac: boolean;
  /** `-D` */
  readonly failLookup: boolean;
  /** `-P` */
  readonly failPings: boolean;
  /** `--serve`; needs a token where the address is not a loopback. */
  readonly serve: ListenAddress | undefined;
  /** File that holds the token. */
  readonly tokenFile: string | undefined;
  /** The folder of `validate`, as given. */
  readonly folder: string;
}

/** @throws {AgentError} `usage` */
export function diagOptions(args: Arguments): DiagOptions {
  const [operation, folder = "", ...more] = args.operations;
  const once = args.has("once");
  const forever = args.has("f");
  if (operation !== undefined && operation !== "validate") {
    throw new AgentError("usage", `expected validate DIR or no word, got ${JSON.stringify(operation)}`);
  }
  if (operation === "validate" && (folder === "" || more.length > 0)) {
    throw new AgentError("usage", "validate needs one folder, the one that becomes /config");
  }
  if (once && forever) throw new AgentError("usage", "--once and -f exclude each other");
  const form = operation === "validate" ? "validate" : once ? "once" : forever ? "forever" : "first";
  const json = args.has("json");
  if (json && form !== "once" && form !== "validate") {
    throw new AgentError("usage", "--json needs --once or validate");
  }
  const path = (flag: string) => {
    const text = args.text(flag);
    if (text !== undefined && form !== "first" && form !== "forever") {
      throw new AgentError("usage", `-${flag} writes, --once and validate write nothing but standard output`);
    }
    if (text === "") throw new AgentError("usage", `-${flag} needs a file`);
    return text;
  };
  const serve = args.text("serve") === undefined ? undefined : listenAddress(args.text("serve") ?? "");
  const tokenFile = args.text("token-file");
  if (serve !== undefined && form !== "forever") throw new AgentError("usage", "--serve needs -f");
  if (serve !== undefined && !isLoopback(serve) && tokenFile === undefined) {
    throw new AgentError(
      "usage",
      `--serve ${args.text("serve")}: beyond the loopback a --token-file is needed`,
    );
  }
  return {
    form,
    json,
    screenFile: path("o"),
    stateFile: path("s"),
    size: screenSize(args.integer("r"), args.integer("c")),
    showPac: args.has("p"),
    failLookup: args.has("D"),
    failPings: args.has("P"),
    serve,
    tokenFile,
    folder,
  };
}
