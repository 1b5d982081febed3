/**
 * The device's network: a namespace of its own, one cable to the controller's. Whoever calls this has a network and a mount
 * namespace of its own already (`scripts/soak.ts`), so nothing of it is seen outside.
 */
import { until } from "../site/until.ts";

/** Where the controller listens. */
export const controllerAddress = "10.66.0.1";
/** So many in turn: an old one must not come back while the kernel still holds what a dead process sent from it. */
const deviceAddresses = 200;
const [inside, outside] = ["eth0", "wan"];

/** See {@linkcode openNetwork}. */
export interface DeviceNetwork extends AsyncDisposable {
  /** Words before a command that starts it as a process of the device. */
  readonly before: readonly string[];
  /** The other end of the cable is out: no carrier, the address stays. */
  pullCable(): Promise<void>;
  plugCable(): Promise<void>;
  loseAddress(): Promise<void>;
  /** Another one than before. */
  gainAddress(): Promise<void>;
}

/** @throws {Error} with the words of the command that failed */
export async function openNetwork(): Promise<DeviceNetwork> {
  const holder = new Deno.Command("unshare", { args: ["--net", "sleep", "infinity"] }).spawn();
  const namespace = `/proc/${holder.pid}/ns/net`;
  const before = ["nsenter", `--net=${namespace}`, "--"];
  const onDevice = (...words: string[]) => run([...before, "ip", ...words]);
  let turn = 0;
  const network: DeviceNetwork = {
    before,
    pullCable: () => run(["ip", "link", "set", outside, "down"]),
    plugCable: () => run(["ip", "link", "set", outside, "up"]),
    loseAddress: () => onDevice("address", "flush", "dev", inside, "scope", "global"),
    async gainAddress() {
      await onDevice("address", "add", `10.66.0.${2 + turn++ % deviceAddresses}/24`, "dev", inside);
      await onDevice("route", "replace", "default", "via", controllerAddress);
    },
    async [Symbol.asyncDispose]() {
      holder.kill("SIGKILL");
      await holder.status;
    },
  };
  try {
    const own = Deno.readLinkSync("/proc/self/ns/net");
    await until("a network namespace for the device", () => Deno.readLinkSync(namespace) !== own);
    await run(["ip", "link", "set", "lo", "up"]);
    await run([
      ...["ip", "link", "add", outside, "type", "veth"],
      ...["peer", "name", inside, "netns", String(holder.pid)],
    ]);
    await run(["ip", "address", "add", `${controllerAddress}/24`, "dev", outside]);
    await run(["ip", "link", "set", outside, "up"]);
    await onDevice("link", "set", "lo", "up");
    await onDevice("link", "set", inside, "up");
    await network.gainAddress();
    return network;
  } catch (error) {
    await network[Symbol.asyncDispose]();
    throw error;
  }
}

/** @throws {Error} with its words */
export async function run(words: readonly string[]): Promise<void> {
  const [command = "", ...args] = words;
  const { success, stderr } = await new Deno.Command(command, { args, stdout: "null", stderr: "piped" })
    .output();
  if (!success) throw new Error(`${words.join(" ")}: ${new TextDecoder().decode(stderr).trim()}`);
}
