/** Every file that our programs leave below `/persist`, and how its content is read and written anew. */
import { join } from "node:path";
import { AuthContainer, profile, ZControllerCert } from "../../proto/device.ts";
import { goCodec, goDevicePortConfig, topics } from "../../services/topics/mod.ts";
import { parseStoredOps, storedOpsText } from "../../services/zedagent/sections/device_ops.ts";
import {
  decodeAppCommands,
  encodeAppCommands,
} from "../../services/zedagent/local_profile/app_commands_file.ts";

type Bytes = Uint8Array;

/** One file, or files of one kind. */
export interface PersistentFile {
  /** As `docs/flashing.md` names it. */
  readonly name: string;
  /** Its path on the device. */
  readonly path: RegExp;
  /** Decodes and encodes; `undefined` for what is ours alone, or a text or archive for people. @throws on other content */
  readonly again?: (bytes: Bytes) => Bytes;
}

const text = (bytes: Bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
const utf8 = (value: string) => new TextEncoder().encode(value);

function textual(again: (value: string) => string): (bytes: Bytes) => Bytes {
  return (bytes) => utf8(again(text(bytes)));
}

function json<T>(codec: { decode(text: string): T; encode(value: T): string }): (bytes: Bytes) => Bytes {
  return textual((value) => codec.encode(codec.decode(value)));
}

function message<T>(
  type: { decode(bytes: Bytes): T; encode(message: T): { finish(): Bytes } },
): (bytes: Bytes) => Bytes {
  return (bytes) => type.encode(type.decode(bytes)).finish();
}

function matched(pattern: RegExp): (bytes: Bytes) => Bytes {
  return textual((value) => pattern.exec(value)?.[0] ?? `no ${pattern}`);
}

const topic = (path: string) => new RegExp(`^/persist/status/${path}/global\\.json(\\.bak)?$`);
const checkpoint = (name: string) => new RegExp(`^/persist/checkpoint/${name}(\\.bak)?$`);
const status = (name: string) => new RegExp(`^/persist/status/${name}$`);

const ops = textual((value) => {
  const command = parseStoredOps(value);
  return command === undefined ? "no command" : storedOpsText(command);
});

/** Files that a Go agent reads after us: each is what it would have written. */
export const goFiles: readonly PersistentFile[] = [
  {
    name: "zedclient/OnboardingStatus",
    path: topic("zedclient/OnboardingStatus"),
    again: json(topics.zedclient.OnboardingStatus.codec),
  },
  {
    name: "nim/DevicePortConfigList",
    path: topic("nim/DevicePortConfigList"),
    again: json(topics.nim.DevicePortConfigList.codec),
  },
  {
    name: "zedagent/PatchEnvelopeInfoList",
    path: topic("zedagent/PatchEnvelopeInfoList"),
    again: json(topics.zedagent.PatchEnvelopeInfoList.codec),
  },
  { name: "uuid", path: status("uuid"), again: matched(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n$/) },
  { name: "hardwaremodel", path: status("hardwaremodel"), again: matched(/^[^\n]*$/) },
  { name: "rebootConfig", path: status("rebootConfig"), again: ops },
  { name: "shutdownConfig", path: status("shutdownConfig"), again: ops },
  {
    name: "lastdevcmdtimestamp",
    path: status("lastdevcmdtimestamp"),
    again: textual((value) => String(BigInt(value))),
  },
  { name: "lastconfig", path: checkpoint("lastconfig"), again: message(AuthContainer) },
  { name: "controllercerts", path: checkpoint("controllercerts"), again: message(ZControllerCert) },
  { name: "lastradioconfig", path: checkpoint("lastradioconfig"), again: message(profile.RadioConfig) },
  { name: "lastlocalprofile", path: checkpoint("lastlocalprofile"), again: message(profile.LocalProfile) },
  {
    name: "lastappbootconfig",
    path: checkpoint("lastappbootconfig"),
    again: message(profile.AppBootConfigList),
  },
  {
    name: "appCommands",
    path: checkpoint("appCommands"),
    again: json({
      decode: (value) => decodeAppCommands(utf8(value)),
      encode: (state) => text(encodeAppCommands(state)),
    }),
  },
  {
    name: "localnetworkconfig",
    path: checkpoint("localnetworkconfig"),
    again: json(goCodec(goDevicePortConfig)),
  },
];

/** Files that no Go agent decodes: texts for people, archives, logs that are moved whole, what is ours alone. */
export const otherFiles: readonly PersistentFile[] = [
  { name: "restarted", path: /^\/persist\/status\/[\w]+\/\w+\/restarted$/, again: matched(/^\d+$/) },
  { name: "*.lock", path: /^\/persist\/status\/\w+\/\w+\.lock$/ },
  { name: "/persist/newlog", path: /^\/persist\/newlog\/\w+\/[\w.-]+\.gz$/ },
  { name: "/persist/netdump", path: /^\/persist\/netdump\/[\w.:-]+\.tgz$/ },
  { name: "/persist/nettrace", path: /^\/persist\/nettrace\/nettrace_[\w.-]+\.json$/ },
  { name: "/persist/pubsub-large", path: /^\/persist\/pubsub-large\/.+\/pubsub-file-\w+$/ },
  { name: "reboot-reason", path: /^\/persist\/(log\/)?reboot-reason(\.log)?$/ },
  { name: "boot-reason", path: /^\/persist\/boot-reason$/, again: matched(/^BootReasonFatal$/) },
  { name: "fatal-reason", path: /^\/persist\/agentdebug\/\w+\/fatal-reason$/ },
];

/** What stands below `<root>/persist` and is on no list, or does not come out as it went in. */
export function strangePersistentFiles(root: string): string[] {
  const strange: string[] = [];
  for (const path of filesBelow(join(root, "persist"))) {
    const onDevice = path.slice(root.length);
    const file = [...goFiles, ...otherFiles].find((each) => each.path.test(onDevice));
    if (file === undefined) strange.push(`${onDevice}: on no list of tests/going_back/persistent_files.ts`);
    else if (file.again !== undefined) {
      const bytes = Deno.readFileSync(path);
      const again = file.again(bytes);
      if (again.toHex() !== bytes.toHex()) {
        strange.push(
          `${onDevice}: ${new TextDecoder().decode(bytes)} comes out as ${new TextDecoder().decode(again)}`,
        );
      }
    }
  }
  return strange;
}

/** Names of {@linkcode goFiles} that stand below `<root>/persist`. */
export function goFilesThere(root: string): string[] {
  const paths = filesBelow(join(root, "persist")).map((path) => path.slice(root.length));
  return goFiles.filter((file) => paths.some((path) => file.path.test(path))).map(({ name }) => name);
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(join(folder, name)) : [join(folder, name)]
  );
}
