/** The kernel's log of what it measured into the TPM, as the quote carries it (`spec/zedagent.md §13`, message 3). */
import { gzipSync } from "node:zlib";
import { type Device, errorText } from "../../agent/mod.ts";
import { readFileIfPresent } from "../../pubsub/mod.ts";

const maxRawLength = 126_976;
/** Of the whole request. */
export const maxQuoteRequestLength = 63_488;

/** gzip of the log; `undefined` where there is none, or it is too long. */
export function binaryEventLog(device: Device): Uint8Array | undefined {
  const path = `${device.paths.root}/hostfs/sys/kernel/security/tpm0/binary_bios_measurements`;
  try {
    const raw = readFileIfPresent(path);
    if (raw === undefined || raw.length === 0) return undefined;
    if (raw.length <= maxRawLength) return gzipSync(raw);
    device.log.warn(`${path}: ${raw.length} bytes, at most ${maxRawLength} go into a quote; it is left out`);
  } catch (error) {
    device.log.warn(`${path} can't be read: ${errorText(error)}; the quote goes without it`);
  }
  return undefined;
}
