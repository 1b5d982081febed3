/**
 * Who is changed unasked (`spec/nim.md §16`): nim on the real paths of a machine, with a configuration and a link for it. The
 * machine is an overlay of this one with a network and processes of its own, gone at the end.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { hostArch } from "../../../scripts/build/arch.ts";
import { executable } from "../../../scripts/build/compile.ts";
import { topics } from "../../../services/topics/mod.ts";
import { runProgram } from "../command.ts";
import { portConfig, staticPort } from "./lab_config.ts";

const setUp = `set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
mount -t proc proc /mnt/root/proc
mount --rbind /dev /mnt/root/dev
ip link add eth0 type veth peer name other
ip link set other up && ip link set eth0 up && ip address add 10.9.9.2/24 dev eth0
exec chroot /mnt/root sh -c "$1" sh "$2" "$3"
`;

/** Linux before; nim until the condition holds or 20 s are over; Linux after. */
const script = (words: string, prepare: string, condition: string) => `
for root in "" /other; do
  mkdir -p $root/config/DevicePortConfig $root/run/zedagent/ConfigItemValueMap
  printf %s "$2" >$root/config/DevicePortConfig/override.json
  echo '{"GlobalSettings":{},"AgentSettings":{}}' >$root/run/zedagent/ConfigItemValueMap/global.json
done
${prepare}
ip rule; echo ---
"$1" ${words} &
for i in $(seq 400); do ${condition} && break; sleep 0.05; done
ip rule; kill $! 2>/dev/null; wait
`;

const changed = "! ip rule | grep -q ^0:";
const published = (root: string) =>
  `grep -q '"DPCKey":"override"' ${root}/run/nim/DeviceNetworkStatus/global.json 2>/dev/null`;
const isEVE = "echo 1.0 >/run/eve-release";

const cases:
  readonly (readonly [what: string, mode: string, words: string, prepare: string, condition: string])[] = [
    ["no EVE device, nothing asked", "observe", "", "", published("")],
    ["no EVE device, apply asked", "apply", "--network apply", "", changed],
    ["EVE device", "apply", "--adapters plain", isEVE, changed],
    ["EVE device, another root", "observe", "--root /other", isEVE, published("/other")],
    ["EVE device, another root, apply asked", "apply", "--root /other --network apply", isEVE, changed],
    ["EVE device, --once", "observe", "--once --within 2", isEVE, "! kill -0 $! 2>/dev/null"],
  ];

for (const [what, mode, words, prepare, condition] of cases) {
  Deno.test(`nim changes its machine only on an EVE device or when asked: ${what}: ${mode}`, async () => {
    const override = topics.global.DevicePortConfig.codec.encode(
      portConfig(staticPort("eth0", "10.9.9.2/24", "10.9.9.1")),
    );
    const own = ["--mount", "--net", "--pid", "--fork", "--kill-child"];
    const inside = script(words, prepare, condition);
    const { code, stdout, stderr } = await runProgram("unshare", [
      ...own,
      ...["sh", "-c", setUp, "sh", inside, executable(hostArch, "nim"), override],
    ]);
    assertEquals(code, 0, stderr);
    assert(!stderr.includes("did not end within"), stderr);
    assertStringIncludes(stderr, `network mode ${mode}: `);
    const [before = "", after = ""] = stdout.replace(/^\{.*\n/gm, "").split("---\n");
    assert(before.includes("from all lookup local"), stdout);
    assertEquals(/^0:/m.test(after), mode === "observe", `the kernel's own rule: ${after}${stderr}`);
    assertEquals(after === before, mode === "observe", `${after}${stderr}`);
  });
}
