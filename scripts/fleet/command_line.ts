/** The words behind `./scripts/run fleet`. Pure but for the environment it is handed. */
import { parseArgs } from "@std/cli/parse-args";
import { type Shard, type ShardEnvironment, shardOf } from "./shard.ts";

/** What `--help` says. */
export const HELP =
  `usage: ./scripts/run fleet --devices N (--controller | --config DIR [--server HOST[:PORT]] [--admin URL])
       ./scripts/run fleet merge RESULT.json... [--out FILE]
       ./scripts/run fleet manifest [--shards N] [--devices N] [--server HOST[:PORT]]

N virtual devices onboard at a controller, are attested, ask for their configuration and upload logs. Ends with 0 when all
went well, with 1 when a device was not onboarded or a request failed.

  --devices N        of the whole fleet
  --controller       start a test controller on this machine for this run
  --config DIR       as a device's /config: server, root-certificate.pem, onboard.cert.pem, onboard.key.pem
  --server H[:P]     another controller than DIR/server names
  --admin URL        admin API of a test controller: each device gets a small configuration, and without an onboarding
                     pair in DIR one is made and allowed
  --processes P      on this machine; 1
  --ramp S           seconds in which the devices start, evenly; one for 20 devices
  --seconds S        after the ramp; 60
  --poll S           between two config requests of a device, ± 10 %; 60
  --logs S           between two log files of a device, ± 10 %, 0 for none; 60
  --log-bytes B      of a log file before it is compressed, about; 10000
  --shard i/n        play part i (from 0) of n; by default from JOB_COMPLETION_INDEX and FLEET_SHARDS, otherwise all
  --system-roots     trust the machine's CA bundle besides root-certificate.pem
  --out FILE         the result as JSON; "-" for standard output
  -d                 show what the devices log

  merge              one result of several: the table, and with --out a file
  manifest           an indexed Job of Kubernetes`;

/** A fleet to run. */
export interface FleetOrder {
  readonly kind: "fleet";
  readonly devices: number;
  readonly ownController: boolean;
  readonly config: string | undefined;
  readonly server: string | undefined;
  readonly admin: string | undefined;
  readonly processes: number;
  readonly ramp: number;
  readonly seconds: number;
  readonly poll: number;
  readonly logs: number;
  readonly logBytes: number;
  readonly shard: Shard;
  readonly systemRoots: boolean;
  readonly out: string | undefined;
  readonly verbose: boolean;
}

/** What is to be done. */
export type Order =
  | FleetOrder
  | { readonly kind: "merge"; readonly files: readonly string[]; readonly out: string | undefined }
  | { readonly kind: "manifest"; readonly shards: number; readonly devices: number; readonly server: string }
  | { readonly kind: "help" };

const texts = [
  ...[
    "devices",
    "config",
    "server",
    "admin",
    "processes",
    "ramp",
    "seconds",
    "poll",
    "logs",
    "log-bytes",
    "shard",
  ],
  ...["out", "shards"],
];

/** @throws {Error} that says what was expected */
export function parseOrder(given: readonly string[], environment: ShardEnvironment): Order {
  const unknown: string[] = [];
  const args = parseArgs(given, {
    string: texts,
    boolean: ["controller", "system-roots", "help", "d"],
    unknown: (word) => {
      if (word.startsWith("-")) unknown.push(word);
    },
  });
  if (args["help"] === true) return { kind: "help" };
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(" ")}`);
  const text = (name: string) => typeof args[name] === "string" ? String(args[name]) : undefined;
  const number = (name: string, otherwise: number, least: number) => {
    const value = Number(text(name) ?? otherwise);
    if (!(value >= least)) {
      throw new Error(`--${name}: expected a number from ${least} on, got ${text(name)}`);
    }
    return value;
  };
  const [word, ...files] = args._.map(String);
  if (word === "merge") return { kind: "merge", files, out: text("out") };
  const devices = number("devices", word === "manifest" ? 4000 : NaN, 1);
  if (word === "manifest") {
    const server = text("server") ?? "controller.example.com:443";
    return { kind: "manifest", shards: number("shards", 4, 1), devices, server };
  }
  if (word !== undefined) {
    throw new Error(`expected merge, manifest or flags only, got ${JSON.stringify(word)}`);
  }
  const ownController = args["controller"] === true;
  const order: FleetOrder = {
    kind: "fleet",
    devices,
    ownController,
    config: text("config"),
    server: text("server"),
    admin: text("admin"),
    processes: number("processes", 1, 1),
    ramp: number("ramp", devices / 20, 0),
    seconds: number("seconds", 60, 1),
    poll: number("poll", 60, 0.1),
    logs: number("logs", 60, 0),
    logBytes: number("log-bytes", 10_000, 1),
    shard: shardOf(text("shard"), environment),
    systemRoots: args["system-roots"] === true,
    out: text("out"),
    verbose: args["d"] === true,
  };
  if (ownController === (order.config !== undefined)) {
    throw new Error("expected either --controller or --config DIR");
  }
  return order;
}
