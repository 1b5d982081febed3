/**
 * `zedagent_apply`: the received bytes of a small, a typical and a huge configuration, every object in them changed, until every
 * topic is on disk. Bare: decoding the same bytes, and bare writes of the same files.
 */
import { EdgeDevConfig } from "../../proto/device.ts";
import { decodeConfig } from "../../services/zedagent/config/received_config.ts";
import { systemClock } from "../../services/agent/mod.ts";
import { testDevice } from "../../services/agent/test_device.ts";
import { type DeviceSize, huge, small, typical } from "../corpus/devices.ts";
import { bareReplace } from "./bare_replace.ts";
import type { Bench, Budget, Row } from "./bench.ts";
import { changedConfig } from "./changed_config.ts";
import { interleave, median } from "./rounds.ts";
import { quietConfigSide } from "../corpus/quiet_config_side.ts";

const WARM_UP = 2;
/** The small ones are over in a moment: more rounds, and no budget, which is for 1000 apps (`design.md`). */
const sizes: readonly { readonly size: DeviceSize; readonly rounds: number; readonly budget: Budget }[] = [
  { size: small, rounds: 41, budget: { kind: "none" } },
  { size: typical, rounds: 21, budget: { kind: "none" } },
  { size: huge, rounds: 7, budget: { kind: "ratio", most: 3 } },
];

/** See the file's head. */
export const zedagentApplyBench: Bench = {
  name: "zedagent_apply",
  async run({ memoryFolder, diskFolder, tell }) {
    const rows: Row[] = [];
    for (const { size, rounds, budget } of sizes) {
      for (const [where, parent] of [["tmpfs", memoryFolder], ["disk", diskFolder]] as const) {
        tell(`the ${size.name} device, ${where}`);
        rows.push({ ...await measure(parent, where, size, rounds), budget });
      }
    }
    return rows;
  },
};

async function measure(
  parent: string,
  where: string,
  size: DeviceSize,
  rounds: number,
): Promise<Omit<Row, "budget">> {
  const root = Deno.makeTempDirSync({ dir: parent, prefix: "eve-comms-bench-" });
  try {
    const received = Array.from(
      { length: rounds + WARM_UP },
      (_, version) => changedConfig(size, version + 1),
    );
    const { times, files } = await race(root, received, rounds);
    const kilobytes = ((received[0]?.length ?? 0) / 1e3).toFixed(0);
    return {
      what:
        `${size.name} config (${kilobytes} kB, apps: ${size.apps}), received to its ${files} files, ${where}`,
      unit: "ms",
      ours: median(times.get("ours")),
      bare: median(times.get("bare")),
    };
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

async function race(root: string, received: readonly Uint8Array[], rounds: number) {
  await using device = testDevice({ agent: "zedagent", root: `${root}/device`, clock: systemClock });
  const side = quietConfigSide(device);
  const bare = `${root}/bare`;
  Deno.mkdirSync(bare);
  const published = `${root}/device/run/zedagent`;
  let before = inodes(published);
  let files: [string, Uint8Array][] = [];
  const bytesOf = (round: number) => received[round + WARM_UP] ?? new Uint8Array();
  const times = await interleave(
    [
      {
        name: "ours",
        before: () => void (before = inodes(published)),
        run(round) {
          const result = side.applier.apply(decodeConfig(bytesOf(round)), "controller");
          if (result === "configOK") return;
          throw new Error(`the configuration was expected to be applied, got ${result}`);
        },
      },
      {
        name: "bare",
        before() {
          const written = [...inodes(published)].filter(([path, inode]) => before.get(path) !== inode);
          // When its turn comes first, the files of the round before are as good.
          if (written.length > 0) {
            files = written.map(([path], n) => [`file-${n}`, Deno.readFileSync(`${published}/${path}`)]);
          }
        },
        run(round) {
          EdgeDevConfig.decode(bytesOf(round));
          for (const [name, bytes] of files) bareReplace(bare, name, bytes);
        },
      },
    ],
    rounds,
    WARM_UP,
  );
  return { times, files: files.length };
}

/** Path → inode of all files below a folder: a file that is written anew has another one. */
function inodes(folder: string, below = "", found = new Map<string, number | null>()) {
  for (const entry of Deno.readDirSync(`${folder}/${below}`)) {
    const path = `${below}${entry.name}`;
    if (entry.isDirectory) inodes(folder, `${path}/`, found);
    else found.set(path, Deno.lstatSync(`${folder}/${path}`).ino);
  }
  return found;
}
