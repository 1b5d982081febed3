/** The config side of zedagent over a folder, and which files change there. */
import { type config, EdgeDevConfig } from "../../proto/device.ts";
import { type TestDevice, testDevice } from "../../services/agent/test_device.ts";
import { decodeConfig } from "../../services/zedagent/config/received_config.ts";
import { type ConfigSide } from "../../services/zedagent/config_side.ts";
import type { ConfigResult } from "../../services/zedagent/config/loop_types.ts";
import { quietConfigSide } from "./quiet_config_side.ts";

/** What one application did to the files, paths below the root, sorted. */
export interface Changes {
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

/** See {@linkcode openConfigFolder}. */
export interface ConfigFolder extends AsyncDisposable {
  readonly device: TestDevice;
  readonly side: ConfigSide;
  /** Decodes and applies it as the controller's; the clock has moved on before. */
  apply(received: config.IEdgeDevConfig | Uint8Array): Changes & { readonly result: ConfigResult };
  /** Paths of all files. */
  files(): readonly string[];
  read(path: string): string | undefined;
}

/** A device that is onboarded and has published its settings; no controller, no other agent. */
export function openConfigFolder(): ConfigFolder {
  const device = testDevice({ agent: "zedagent" });
  const side = quietConfigSide(device);
  const { root } = device.paths;
  let before = inodes(root);
  return {
    device,
    side,
    apply(received) {
      device.clock.step(60_000);
      const bytes = received instanceof Uint8Array ? received : EdgeDevConfig.encode(received).finish();
      const result = side.applier.apply(decodeConfig(bytes), "controller");
      const after = inodes(root);
      const written = [...after].filter(([path, inode]) => before.get(path) !== inode).map(([path]) => path);
      const removed = [...before.keys()].filter((path) => !after.has(path));
      before = after;
      return { result, written: written.toSorted(), removed: removed.toSorted() };
    },
    files: () => [...before.keys()].toSorted(),
    read: (path) => device.read(path),
    [Symbol.asyncDispose]: () => device[Symbol.asyncDispose](),
  };
}

/** Path → inode and mtime: a file that is replaced gets another one. Locks and backups aside. */
function inodes(root: string, folder = "", found = new Map<string, string>()): Map<string, string> {
  for (const entry of Deno.readDirSync(`${root}${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) inodes(root, path, found);
    else if (!/\.(bak|lock)$/.test(entry.name)) {
      const { ino, mtime } = Deno.lstatSync(`${root}${path}`);
      found.set(path, `${ino} ${mtime?.getTime()}`);
    }
  }
  return found;
}
