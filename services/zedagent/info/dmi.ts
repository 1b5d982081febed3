/** What the firmware says of the machine, by `dmidecode` (`spec/zedagent.md §14.3`, minfo). */
import { cleanCompatible, type Device, productSerial, readHardwareFacts } from "../../agent/mod.ts";

/** Trimmed; `""` where unknown. */
export interface Dmi {
  readonly manufacturer: string;
  readonly productName: string;
  readonly version: string;
  readonly serialNumber: string;
  readonly UUID: string;
  /** Of the device tree, on ARM. */
  readonly compatible: string;
  readonly biosVendor: string;
  readonly biosVersion: string;
  readonly biosReleaseDate: string;
}

const known = new WeakMap<Device, Promise<Dmi>>();

/** Asks once for each device; never fails. */
export function readDmi(device: Device): Promise<Dmi> {
  let dmi = known.get(device);
  if (dmi === undefined) {
    dmi = ask(device);
    known.set(device, dmi);
  }
  return dmi;
}

/** `vendor-version-date` of the firmware; `""` if nothing is known. Pure. */
export function biosVersion({ biosVendor, biosVersion, biosReleaseDate }: Dmi): string {
  return [biosVendor, biosVersion, biosReleaseDate].filter((part) => part !== "").join("-");
}

async function ask(device: Device): Promise<Dmi> {
  const dmidecode = async (keyword: string) => {
    const { code, stdout } = await device.commands.run("dmidecode", ["-s", keyword], device.signal);
    return code === 0 ? stdout.trim() : "";
  };
  return {
    manufacturer: await dmidecode("system-manufacturer"),
    productName: await dmidecode("system-product-name"),
    version: await dmidecode("system-version"),
    serialNumber: (await productSerial(device)).trim(),
    UUID: await dmidecode("system-uuid"),
    compatible: cleanCompatible(readHardwareFacts(device).compatible).trim(),
    biosVendor: await dmidecode("bios-vendor"),
    biosVersion: await dmidecode("bios-version"),
    biosReleaseDate: await dmidecode("bios-release-date"),
  };
}
