/** The body of `POST register` before it is wrapped (`docs/spec/client.md §5.2`). */
import { ZRegisterMsg } from "../../proto/onboard.ts";

/** What identifies the device to a controller that has not seen it yet. */
export interface Registration {
  /** Bytes of `/config/device.cert.pem` as they are. */
  readonly deviceCertPem: Uint8Array;
  /** Product serial number; `""` if the board has none. */
  readonly serial: string;
  /** Soft serial number; `""` if there is none. */
  readonly softSerial: string;
}

/** The serialized `ZRegisterMsg`. The PEM file goes in as base64 text: controllers decode twice. */
export function registerMessage(registration: Registration): Uint8Array {
  return ZRegisterMsg.encode({
    pemCert: new TextEncoder().encode(registration.deviceCertPem.toBase64()),
    serial: registration.serial.trim(),
    softSerial: registration.softSerial.trim(),
  }).finish();
}
