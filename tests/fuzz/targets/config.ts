/**
 * Whatever a controller sends as a configuration: `[bytes]` of an `EdgeDevConfig`. It is applied or refused with reasons; then the
 * good configuration comes again, and everything is as it was before.
 */
import { Logger } from "@std/log";
import { EdgeDevConfig } from "../../../proto/device.ts";
import type { Device } from "../../../services/agent/mod.ts";
import { testDevice } from "../../../services/agent/test_device.ts";
import { decodeConfig } from "../../../services/zedagent/config/received_config.ts";
import { type ConfigSide } from "../../../services/zedagent/config_side.ts";
import { edgeDevConfigType } from "../../corpus/descriptor.ts";
import { deviceConfig, deviceUUID, small } from "../../corpus/devices.ts";
import { everyField } from "../../corpus/every_field.ts";
import { memoryBus } from "../memory_bus.ts";
import { anyBytes } from "../mutate.ts";
import { mutateMessage } from "../mutate_message.ts";
import type { Dice } from "../dice.ts";
import { rule, type Target } from "../target.ts";
import { quietConfigSide } from "../../corpus/quiet_config_side.ts";

const results = new Set([
  "configOK",
  "invalidConfig",
  "obsoleteConfig",
  "skipConfigReboot",
  "skipConfigUpdate",
]);

const stamps = /"(TimePriority|SubmittedAt|LastFailed|ErrorTime)":"[^"]*"/g;

/** See above. */
export const config: Target = {
  name: "config",
  runsInCi: 20_000,
  make(dice) {
    const type = edgeDevConfigType();
    const { text, message: base, every } = goodBases();
    if (dice.oneIn(6)) return [mutateBytes(text, dice)];
    const message = structuredClone(base);
    for (let more = dice.below(4); more > 0; more--) {
      const name = dice.pick(Object.keys(every));
      message[name] = structuredClone(every[name]);
    }
    mutateMessage(type, message, dice);
    const bytes = textOf(type.encode(type.fromObject(message)).finish());
    return [dice.oneIn(10) ? mutateBytes(bytes, dice) : bytes];
  },
  check([bytes = ""]) {
    const received = decoded(bytesOf(bytes));
    if (received === undefined) return;
    const device = open();
    try {
      const result = device.side.applier.apply(received, "controller");
      rule(results.has(result), `a result, not ${result}`);
      const reports = [...device.side.sections.asItems()];
      if (result === "invalidConfig" || result === "obsoleteConfig") {
        rule(reports.some(([name]) => name === "config.id"), "a refusal is told");
        rule(device.changed() === undefined, "what is refused changes nothing");
      }
      for (const [name, { error }] of reports) {
        rule(error !== "" && !error.includes("working on it failed"), `${name}: ${error}`);
      }
      rule(device.side.applier.apply(good(), "controller") === "configOK", "the good one is applied again");
      rule(device.changed() === undefined, `${device.changed()} is as it was`);
      // The newest timestamp is kept for ever: the next input begins anew.
      if (result === "obsoleteConfig" || isTimed(received)) opened = undefined;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  },
};

interface OpenDevice {
  readonly side: ConfigSide;
  /** A path that is published otherwise than with the good configuration; stamps of time and versions aside. */
  changed(): string | undefined;
}

function isTimed(received: EdgeDevConfig): boolean {
  const timestamp: EdgeDevConfig["config_timestamp"] | null = received.config_timestamp;
  return timestamp !== null;
}

let opened: OpenDevice | undefined;
/** The good one, and one with every field that others are taken from. */
interface Bases {
  readonly text: string;
  readonly message: Record<string, unknown>;
  readonly every: Record<string, unknown>;
}

let bases: Bases | undefined;

function goodBases(): Bases {
  const type = edgeDevConfigType();
  const objectOf = (bytes: Uint8Array) => type.toObject(type.decode(bytes), { longs: Number });
  return bases ??= {
    text: textOf(goodBytes()),
    message: objectOf(goodBytes()),
    every: unhindered(objectOf(everyField(deviceUUID))),
  };
}

/** Without what would keep the sections from being worked on; a mutation may set it again. */
function unhindered(message: Record<string, unknown>): Record<string, unknown> {
  for (const name of ["maintenance_mode", "config_timestamp", "reboot", "shutdown"]) delete message[name];
  return message;
}

const goodBytes = () => EdgeDevConfig.encode(deviceConfig(small)).finish();

let decodedGood: EdgeDevConfig | undefined;
const good = () => decodedGood ??= decodeConfig(goodBytes());

function open(): OpenDevice {
  if (opened !== undefined) return opened;
  const root = rootFolder();
  const { clock, random, paths, commands, runTpmTool, signal } = testDevice({ agent: "zedagent", root });
  const bus = memoryBus(root);
  const log = new Logger("zedagent", "CRITICAL", { handlers: [] });
  const device: Device = { agent: "zedagent", paths, clock, random, log, bus, commands, runTpmTool, signal };
  const side = quietConfigSide(device);
  side.applier.apply(good(), "controller");
  const goodTexts = bus.texts();
  const isGood = (path: string, text: string | undefined) => {
    const good = goodTexts.get(path);
    return text === good || text?.replaceAll(stamps, "") === good?.replaceAll(stamps, "");
  };
  return opened = {
    side,
    changed() {
      const texts = bus.texts();
      return [...new Set([...texts.keys(), ...goodTexts.keys()])]
        .find((path) => !path.startsWith("zedagent/ConfigSections/") && !isGood(path, texts.get(path)));
    },
  };
}

let folder: string | undefined;

/** One for all, removed at the end of the program. */
function rootFolder(): string {
  if (folder !== undefined) return folder;
  const made = Deno.makeTempDirSync({ prefix: "fuzz", dir: "/dev/shm" });
  globalThis.addEventListener("unload", () => Deno.removeSync(made, { recursive: true }));
  return folder = made;
}

function decoded(bytes: Uint8Array): EdgeDevConfig | undefined {
  try {
    EdgeDevConfig.decode(bytes);
  } catch {
    return undefined;
  }
  return decodeConfig(bytes);
}

/** One character for each byte, and back; both are called often with much. */
function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function mutateBytes(text: string, dice: Dice): string {
  let now = text;
  for (let times = 1 + dice.below(4); times > 0; times--) {
    const at = dice.below(now.length + 1);
    const cut = dice.pick([0, 1, 1, 2, 10]);
    now = now.slice(0, at) + anyBytes(dice, dice.pick([1, 2, 8])) + now.slice(at + cut);
  }
  return dice.oneIn(6) ? now.slice(0, dice.below(now.length + 1)) : now;
}
