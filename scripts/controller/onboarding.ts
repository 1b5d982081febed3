/** `certs`, `register` and `uuid`: how a device comes to be known (`spec/client.md §5, 14`). @module */

import { createPublicKey } from "node:crypto";
import { register, uuid } from "../../proto/all.ts";
import { type Answer, Refusal, refuseUnless } from "./answer.ts";
import { certificateFromBase64Pem, requireSignature } from "./envelope.ts";
import { authenticate, type Exchange, openNoted } from "./exchange.ts";
import type { OnboardRecord } from "./onboard_store.ts";
import type { Site } from "./site.ts";
import { sha256Hex } from "./digest.ts";

/** The list of certificates; also without a device. */
export function answerCerts(site: Site, exchange: Exchange): Answer {
  return { status: 200, payload: site.certificates.list(exchange.fault?.certs) };
}

/** 201 once for each onboarding certificate and serial; 400, 401, 403, 409, 500 as Adam. */
export function answerRegister(site: Site, exchange: Exchange): Answer {
  const envelope = openNoted(site, exchange, 400);
  const { hash } = envelope.summary;
  if (hash === "") throw new Refusal(401, "senderCertHash is missing");
  const sender = refuseUnless(400, "senderCert", () => certificateFromBase64Pem(envelope.senderCert));
  if (sha256Hex(sender.der) !== hash) throw new Refusal(401, "senderCertHash is not that of senderCert");
  requireSignature(envelope, createPublicKey(sender.certPem), site.settings.strict);
  const message = refuseUnless(400, "the payload is no ZRegisterMsg", () => {
    return register.ZRegisterMsg.decode(envelope.payload);
  });
  const device = refuseUnless(400, "pemCert", () => certificateFromBase64Pem(message.pemCert));
  const onboard = site.onboard.byCertHash(hash);
  if (onboard === undefined) throw new Refusal(403, "this onboarding certificate is not known");
  const serial = admittedSerial(site, onboard, message.serial, message.softSerial);
  if (site.devices.byCertHash(sha256Hex(device.der)) !== undefined) {
    throw new Refusal(500, "a device with this certificate is registered already");
  }
  site.devices.add({ certPem: device.certPem, onboardPem: onboard.certPem, serial });
  return { status: 201 };
}

/** The UUID of the device that signed; the model only where one was set. */
export function answerUuid(site: Site, exchange: Exchange): Answer {
  const { device, payload } = authenticate(site, exchange);
  refuseUnless(400, "the payload is no UuidRequest", () => uuid.UuidRequest.decode(payload));
  const { manufacturer, productName } = site.devices.options(device.uuid);
  const response = { uuid: device.uuid, manufacturer, product_name: productName };
  return { status: 200, payload: uuid.UuidResponse.encode(response).finish() };
}

/** The hardware serial counts first, then the software serial. */
function admittedSerial(site: Site, onboard: OnboardRecord, serial: string, softSerial: string): string {
  const first = admission(site, onboard, serial);
  if (first === "free") return serial;
  const second = softSerial === "" ? "unknown" : admission(site, onboard, softSerial);
  if (second === "free") return softSerial;
  if (first === "used" || second === "used") {
    throw new Refusal(
      409,
      `a device is registered with the serial ${first === "used" ? serial : softSerial} already`,
    );
  }
  throw new Refusal(403, `neither the serial ${serial} nor the soft serial ${softSerial} may register`);
}

function admission(site: Site, onboard: OnboardRecord, serial: string): "free" | "used" | "unknown" {
  if (!onboard.serials.includes(serial) && !onboard.serials.includes("*")) return "unknown";
  const taken = (device: { serial: string; onboardPem?: string }) => {
    return device.serial === serial && device.onboardPem === onboard.certPem;
  };
  return site.devices.list().some(taken) ? "used" : "free";
}
