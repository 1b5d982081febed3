/** Reads the payload of a `/uuid` answer (`docs/spec/client.md §5.3`). */
import { UuidResponse } from "../../proto/onboard.ts";
import { formatHardwareModel } from "../agent/mod.ts";
import { nilUUID } from "../topics/mod.ts";

/** What the controller says the device is. */
export interface UuidAnswer {
  /** Canonical, lower case, never the nil UUID. */
  readonly uuid: string;
  /** Absent unless the controller names a manufacturer and a product. */
  readonly modelOverride?: string;
}

const dashed = "([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})";
const forms = [dashed, `\\{${dashed}\\}`, `urn:uuid:${dashed}`, dashed.replaceAll("-(", "(")]
  .map((form) => new RegExp(`^${form}$`));

/**
 * Brings a UUID to its canonical form. Accepted: canonical, 32 hex digits, `{…}` and `urn:uuid:…`, in any case.
 * @returns `undefined` for anything else
 */
export function parseUuid(text: string): string | undefined {
  const lower = text.trim().toLowerCase();
  for (const form of forms) {
    const parts = form.exec(lower);
    if (parts !== null) return parts.slice(1).join("-");
  }
  return undefined;
}

/**
 * Reads the opened payload.
 * @throws {TypeError} naming what was expected and what arrived
 */
export function parseUuidAnswer(payload: Uint8Array): UuidAnswer {
  const { uuid, manufacturer, product_name } = decode(payload);
  const parsed = parseUuid(uuid);
  if (parsed === undefined) {
    throw new TypeError(`uuid answer: expected a UUID, got ${JSON.stringify(uuid.slice(0, 80))}`);
  }
  if (parsed === nilUUID) throw new TypeError("uuid answer: expected the device's UUID, got the nil UUID");
  if (manufacturer === "" || product_name === "") return { uuid: parsed };
  const modelOverride = formatHardwareModel({ manufacturer, product: product_name, compatible: "" });
  return { uuid: parsed, modelOverride };
}

function decode(payload: Uint8Array): UuidResponse {
  try {
    return UuidResponse.decode(payload);
  } catch (cause) {
    throw new TypeError(`uuid answer: expected a UuidResponse, got ${payload.length} bytes that are none`, {
      cause,
    });
  }
}
