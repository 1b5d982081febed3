/**
 * `config_apply`: a received configuration of 1000 apps, all of them changed, until every entry is on the bus.
 * Bare: decoding the same bytes, and bare writes of the same files.
 */
import { EdgeDevConfig } from "../../proto/device.ts";
import { systemClock } from "../../services/agent/mod.ts";
import { testDevice } from "../../services/agent/test_device.ts";
import { goNodeAgentStatus } from "../../services/topics/mod.ts";
import { openConfigSide } from "../../services/zedagent/config_side.ts";
import { bareReplace } from "./bare_replace.ts";
import type { Bench, Row } from "./bench.ts";
import { bigConfig, DEVICE_UUID } from "./big_config.ts";
import { interleave, median } from "./rounds.ts";

const APPS = 1000;
const ROUNDS = 7;
const WARM_UP = 2;

/** See the file's head. */
export const configApplyBench: Bench = {
  name: "config_apply",
  async run({ memoryFolder, diskFolder }) {
    return [await measure(memoryFolder, "tmpfs"), await measure(diskFolder, "disk")];
  },
};

async function measure(parent: string, where: string): Promise<Row> {
  const root = Deno.makeTempDirSync({ dir: parent, prefix: "eve-comms-bench-" });
  try {
    const received = Array.from({ length: ROUNDS + WARM_UP }, (_, version) => bigConfig(APPS, version + 1));
    const times = await race(root, received);
    const megabytes = ((received[0]?.length ?? 0) / 1e6).toFixed(1);
    return {
      what: `config of ${APPS} apps (${megabytes} MB), decoded to published, ${where}`,
      unit: "ms",
      ours: median(times.get("ours")),
      bare: median(times.get("bare")),
      budget: { kind: "ratio", most: 3 },
    };
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

async function race(
  root: string,
  received: readonly Uint8Array[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  await using device = testDevice({ agent: "zedagent", root: `${root}/device`, clock: systemClock });
  const nothing = () => {};
  const side = openConfigSide(device, {
    devUUID: () => DEVICE_UUID,
    node: () => goNodeAgentStatus.make({ Name: "nodeagent" }),
    runningVersion: () => "",
    haveConfig: () => true,
    requestDeviceInfo: nothing,
    setReferencedHashes: nothing,
    certsChanged: nothing,
    epochChanged: nothing,
    leftMaintenance: nothing,
    itemsChanged: nothing,
  });
  side.items.beginPublishing();
  const published = `${root}/device/run/zedagent/AppInstanceConfig`;
  const bare = `${root}/bare`;
  Deno.mkdirSync(bare);
  let files: [string, Uint8Array][] = [];
  const bytesOf = (round: number) => received[round + WARM_UP] ?? new Uint8Array();
  return await interleave(
    [
      {
        name: "ours",
        run(round) {
          const result = side.applier.apply(EdgeDevConfig.decode(bytesOf(round)), "controller");
          if (result !== "configOK") {
            throw new Error(
              `the configuration was expected to be applied, got ${result}`,
            );
          }
        },
      },
      {
        name: "bare",
        before() {
          const names = Array.from(Deno.readDirSync(published), ({ name }) => name).filter((name) =>
            name.endsWith(".json")
          );
          if (names.length !== APPS) {
            throw new Error(
              `${APPS} apps were expected in ${published}, found ${names.length}`,
            );
          }
          files = names.map((name) => [name, Deno.readFileSync(`${published}/${name}`)]);
        },
        run(round) {
          EdgeDevConfig.decode(bytesOf(round));
          for (const [name, bytes] of files) bareReplace(bare, name, bytes);
        },
      },
    ],
    ROUNDS,
    WARM_UP,
  );
}
