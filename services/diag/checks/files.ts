/** `/config`: the name of the controller, the root of trust, who this device is. */
import type { Check, CheckGroup } from "./check.ts";

const flashed = "the file was forgotten or damaged when the device was flashed";
const checks: readonly Check[] = [
  {
    code: "EVE-CFG-SERVER-001",
    title: "/config/server is missing or can't be read",
    layer: "server",
    weight: "broken",
    cause: flashed,
    remedy: "write the controller's host[:port] into /config/server, in one line; no restart is needed",
  },
  {
    code: "EVE-CFG-SERVER-002",
    title: "/config/server names no controller",
    layer: "server",
    weight: "broken",
    cause: "the file is empty, or holds a URL or several words in place of host[:port]",
    remedy:
      "write host or host:port, e.g. zedcloud.example.org:443, without scheme and path, into /config/server",
  },
  {
    code: "EVE-CFG-ROOT-001",
    title: "/config/root-certificate.pem is missing or can't be read",
    layer: "root",
    weight: "broken",
    cause: flashed,
    remedy: "copy the controller's root certificate, in PEM, to /config/root-certificate.pem",
  },
  {
    code: "EVE-CFG-ROOT-002",
    title: "/config/root-certificate.pem holds no certificate",
    layer: "root",
    weight: "broken",
    cause: "the file is not PEM, was cut, or holds something else than a certificate",
    remedy: "replace it by the controller's root certificate in PEM (-----BEGIN CERTIFICATE-----)",
  },
  {
    code: "EVE-CFG-ROOT-003",
    title: "every certificate of /config/root-certificate.pem is outside its time",
    layer: "root",
    weight: "broken",
    cause: "the controller has a new root since this device was flashed, or the clock is wrong",
    remedy: "compare the clock; if it is right, install the controller's present root certificate",
  },
  {
    code: "EVE-ID-CERT-001",
    title: "the device certificate is missing or can't be read",
    layer: "identity",
    weight: "broken",
    cause: "the first boot has not made it yet, or /config was replaced",
    remedy:
      "wait a minute after the first boot; if it stays away, look at tpmmgr's log, or flash the device anew",
  },
  {
    code: "EVE-ID-CERT-002",
    title: "the device certificate is no certificate",
    layer: "identity",
    weight: "broken",
    cause: "/config/device.cert.pem is damaged",
    remedy: "restore the file from a backup; without one the device must be onboarded anew",
  },
  {
    code: "EVE-ID-CERT-003",
    title: "the device certificate has expired",
    layer: "identity",
    weight: "degraded",
    cause: "the device is older than its certificate, or its clock is ahead",
    remedy: "compare the clock; if it is right, onboard the device anew when the controller refuses it",
  },
  {
    code: "EVE-ID-KEY-001",
    title: "the device key can't be found",
    layer: "identity",
    weight: "broken",
    cause:
      "/config/device.key.pem is missing, and there is no TPM password that would tell of a key in a TPM",
    remedy: "restore the key file; without it the device must be onboarded anew",
  },
  {
    code: "EVE-ID-KEY-002",
    title: "the device key can't be used",
    layer: "identity",
    weight: "broken",
    cause: "/config/device.key.pem is damaged, or is no key that EVE can sign with (ECDSA, P-256 or P-384)",
    remedy: "restore the key file from a backup; without one the device must be onboarded anew",
  },
  {
    code: "EVE-ID-KEY-003",
    title: "the device key does not belong to the device certificate",
    layer: "identity",
    weight: "broken",
    cause: "one of the two files comes from another device",
    remedy: "put back the pair that belongs together",
  },
  {
    code: "EVE-ID-KEY-004",
    title: "others than root may read the device key",
    layer: "identity",
    weight: "degraded",
    cause: "the key file was copied without its mode",
    remedy: "chmod 600 /config/device.key.pem",
  },
  {
    code: "EVE-ID-ONBOARD-001",
    title: "there is neither a device certificate nor an onboarding pair",
    layer: "identity",
    weight: "broken",
    cause: "onboard.cert.pem and onboard.key.pem were forgotten when the device was flashed",
    remedy: "copy both files to /config; the controller must know the certificate",
  },
  {
    code: "EVE-ID-ONBOARD-002",
    title: "the onboarding pair can't be used",
    layer: "identity",
    weight: "broken",
    cause: "one of onboard.cert.pem and onboard.key.pem is damaged, or they do not belong together",
    remedy: "copy the pair to /config anew",
  },
];

/** See the head of this file. */
export const fileChecks: CheckGroup = {
  checks,
  look: ({ files }) => files.faults,
};
