/**
 * Serial number and model of the hardware (`spec/client.md §2.4`).
 *
 * `dmidecode` answers on PCs. What only `/proc` and `/sys` tell can't be read here (decisions.md 1): the start
 * glue copies it to `/run/hardware-facts.json` before the first program starts, an object with any of the
 * members of {@linkcode HardwareFacts}. No file, no facts. Example:
 * `{"cpuinfoSerial":"10000000abcdef01","socSerial":"","compatible":"raspberrypi,4-model-b.brcm,bcm2711"}`
 */
import type { Device } from "./device.ts";
import { errorText } from "./error.ts";

/** Content of `/run/hardware-facts.json`; every member may be absent. */
export interface HardwareFacts {
  /** The first value after `Serial :` in `/proc/cpuinfo`. */
  readonly cpuinfoSerial: string;
  /** `/sys/devices/soc0/serial_number` */
  readonly socSerial: string;
  /** `/proc/device-tree/compatible`, NUL bytes as they are or as dots. */
  readonly compatible: string;
}

/** Who made the machine, as obtained, untrimmed; `""` where unknown. */
export interface HardwareMaker {
  readonly manufacturer: string;
  readonly product: string;
  readonly compatible: string;
}

/** The product serial for the `X-Serial-Number` header; `/register` trims it first. `""` if there is none. */
export async function productSerial(device: Device): Promise<string> {
  const serial = (await dmidecode(device, "system-serial-number")).replace(/\n$/, "");
  if (serial !== "" && serial !== "Not Specified") return serial;
  const facts = readHardwareFacts(device);
  return facts.cpuinfoSerial || facts.socSerial.replace(/\n$/, "");
}

/** Manufacturer, product and device tree of the machine. */
export async function hardwareMaker(device: Device): Promise<HardwareMaker> {
  return {
    manufacturer: await dmidecode(device, "system-manufacturer"),
    product: await dmidecode(device, "system-product-name"),
    compatible: cleanCompatible(readHardwareFacts(device).compatible),
  };
}

/** The model that other agents use as file name and key. Pure; the odd rules are EVE's. */
export function formatHardwareModel({ manufacturer, product, compatible }: HardwareMaker): string {
  let model = manufacturer === "" ? "" : `${manufacturer.trim()}.`;
  const trimmedProduct = product.trim();
  model += trimmedProduct;
  if (compatible !== "") model += `${trimmedProduct === "" ? "" : "."}${compatible}`;
  return (model || "default").replaceAll("/", "_ ");
}

/**
 * `/proc/device-tree/compatible` as text: one control character at the end dropped, NUL is a dot, others
 * vanish. Pure.
 */
export function cleanCompatible(raw: string): string {
  // deno-lint-ignore no-control-regex
  return raw.replace(/[\x00-\x1f]$/, "").replaceAll("\0", ".").replace(/[\x00-\x1f]/g, "");
}

/** Reads `/run/hardware-facts.json`; what is missing or of another type is `""`. */
export function readHardwareFacts(device: Device): HardwareFacts {
  const path = `${device.paths.run}/hardware-facts.json`;
  try {
    const parsed: unknown = JSON.parse(Deno.readTextFileSync(path));
    if (typeof parsed !== "object" || parsed === null) throw new TypeError("expected an object");
    const text = (name: keyof HardwareFacts) => {
      const value: unknown = Reflect.get(parsed, name);
      return typeof value === "string" ? value : "";
    };
    return {
      cpuinfoSerial: text("cpuinfoSerial"),
      socSerial: text("socSerial"),
      compatible: text("compatible"),
    };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      device.log.warn(
        `${path} can't be used: ${errorText(error)}; serial and model come from dmidecode alone`,
      );
    }
    return { cpuinfoSerial: "", socSerial: "", compatible: "" };
  }
}

async function dmidecode(device: Device, keyword: string): Promise<string> {
  const { code, stdout, stderr } = await device.commands.run("dmidecode", ["-s", keyword], device.signal);
  if (code === 0) return stdout;
  device.log.debug(`dmidecode -s ${keyword} failed (${code}): ${stderr.trim()}; taken as empty`);
  return "";
}
