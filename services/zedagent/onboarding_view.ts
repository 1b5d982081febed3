/** Who we are: `zedclient/OnboardingStatus`, and `client getUuid` when the controller no longer knows us (`spec/zedagent.md §4.6`). */
import { type Device, mayRegister } from "../agent/mod.ts";
import { isAlive, readFileIfPresent } from "../pubsub/mod.ts";
import { nilUUID, topics } from "../topics/mod.ts";

/** See {@linkcode followOnboarding}. */
export interface OnboardingView {
  /** Lower case; `""` before onboarding (gate A). */
  readonly devUUID: string;
}

/** @param changed told the old UUID, which is `""` the first time */
export function followOnboarding(device: Device, changed: (old: string) => void): OnboardingView {
  let devUUID = "";
  const apply = (key: string, { DeviceUUID }: { readonly DeviceUUID: string }) => {
    const uuid = DeviceUUID.toLowerCase();
    if (key !== "global" || uuid === nilUUID || uuid === devUUID) return;
    const old = devUUID;
    devUUID = uuid;
    changed(old);
  };
  device.bus.subscription(topics.zedclient.OnboardingStatus, { create: apply, modify: apply }).activate();
  return {
    get devUUID() {
      return devUUID;
    },
  };
}

/**
 * Runs `client getUuid`, unless a zedclient runs already; the answer comes as a new `OnboardingStatus`. With an onboarding pair
 * it is `client selfRegister getUuid`: a deleted device that is admitted again comes back by itself, where the original waits
 * for a reboot (`spec/client.md §18` C1).
 */
export async function getUuidAgain(device: Device): Promise<void> {
  if (zedclientRuns(device)) {
    device.log.info("the controller does not know this device; a zedclient is running, so none is started");
    return;
  }
  device.log.warn("the controller does not know this device; asking for its UUID again");
  const { root } = device.paths;
  const operations = mayRegister(device) ? ["selfRegister", "getUuid"] : ["getUuid"];
  const args = [...(root === "" ? [] : ["--root", root]), ...operations];
  const result = await device.commands.run("client", args, device.signal);
  if (result.code !== 0 && !device.signal.aborted) {
    device.log.error(
      `client ${operations.join(" ")} ended with code ${result.code}: ${result.stderr.trim().slice(-500)}`,
    );
  }
}

function zedclientRuns(device: Device): boolean {
  try {
    const bytes = readFileIfPresent(`${device.paths.run}/zedclient.pid`);
    const pid = bytes === undefined ? NaN : Number(new TextDecoder().decode(bytes).trim());
    return Number.isInteger(pid) && pid > 0 && isAlive(pid);
  } catch {
    return false;
  }
}
