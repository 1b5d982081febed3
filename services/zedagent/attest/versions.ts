/** What software vouches for the device, for the quote (`spec/zedagent.md §13`, message 3). */
import { AgentError, type Device, errorText, version } from "../../agent/mod.ts";
import { readFileIfPresent } from "../../pubsub/mod.ts";
import { type AttestVersion, AttestVersionType } from "./attest_messages.ts";

/**
 * EVE's release, the firmware where `dmidecode` tells it, the origin where `/config` names one.
 * @param firmware `vendor-version-date` of the BIOS, `""` if unknown
 * @param standalone without an EVE release our own version stands in its place
 * @throws {AgentError} `missing-file` without a release, unless standalone
 */
export function attestVersions(device: Device, firmware: string, standalone: boolean): AttestVersion[] {
  const origin = eveOrigin(device);
  return [
    { type: AttestVersionType.EVE, version: eveVersion(device, standalone) },
    ...(firmware === "" ? [] : [{ type: AttestVersionType.FIRMWARE, version: firmware }]),
    ...(origin === undefined ? [] : [{ type: AttestVersionType.EVE_ORIGIN, version: origin }]),
  ];
}

function eveVersion(device: Device, standalone: boolean): string {
  const bytes = readFileIfPresent(device.paths.eveRelease);
  if (bytes !== undefined) return new TextDecoder().decode(bytes).trim();
  if (standalone) return `eve-comms ${version}`;
  throw new AgentError(
    "missing-file",
    `${device.paths.eveRelease}: expected EVE's version, there is no such file`,
  );
}

/** Base name of the first `/config/origin.*`. */
function eveOrigin(device: Device): string | undefined {
  try {
    return Array.from(Deno.readDirSync(device.paths.config), ({ name }) => name)
      .filter((name) => name.startsWith("origin.")).sort()[0];
  } catch (error) {
    device.log.warn(`${device.paths.config} can't be listed: ${errorText(error)}; the quote names no origin`);
    return undefined;
  }
}
