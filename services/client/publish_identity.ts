/** The end of a successful run: everybody learns who the device is (`docs/spec/client.md §11`). */
import { type Device, errorText, formatHardwareModel, hardwareMaker } from "../agent/mod.ts";
import type { Publication } from "../pubsub/mod.ts";
import type { OnboardingStatus } from "../topics/mod.ts";
import { writeHardwareModelFile, writeUuidFile } from "./identity_files.ts";
import type { Identity } from "./onboarding_events.ts";
import type { UuidAnswer } from "./uuid_answer.ts";

/** See {@linkcode publishIdentity}. */
export interface PublishOptions {
  readonly publication: Publication<OnboardingStatus>;
  readonly previous: Identity | undefined;
  /** False below `--root`: the machine's name is not the virtual device's. */
  readonly setHostName: boolean;
}

/**
 * Host name, uuid file, `OnboardingStatus`, model file. Each is tried whatever becomes of the others; a failure is logged.
 * @returns false if the device ended while its model was looked up: nothing is written then, since half a model would stay for
 * ever; the next run does it all
 */
export async function publishIdentity(
  device: Device,
  answer: UuidAnswer,
  options: PublishOptions,
): Promise<boolean> {
  const { uuid } = answer;
  let model = answer.modelOverride || options.previous?.hardwareModel;
  if (!model) {
    model = formatHardwareModel(await hardwareMaker(device));
    if (device.signal.aborted) return false;
  }
  const attempt = (what: string, work: () => unknown) => {
    try {
      work();
    } catch (error) {
      device.log.error(`${what} can't be written: ${errorText(error)}; readers see the old state`);
    }
  };
  if (options.setHostName) await setHostName(device, uuid);
  attempt(device.paths.statusUuid, () => writeUuidFile(device.paths, uuid));
  attempt("OnboardingStatus", () => {
    options.publication.publish("global", { DeviceUUID: uuid, HardwareModel: model });
  });
  attempt(device.paths.hardwareModel, () => writeHardwareModelFile(device.paths, model));
  return true;
}

async function setHostName(device: Device, uuid: string): Promise<void> {
  const { code, stderr } = await device.commands.run("hostname", [uuid], device.signal);
  if (code !== 0) {
    device.log.warn(`host name can't be set to ${uuid}: ${stderr.trim() || `exit code ${code}`}`);
  }
}
