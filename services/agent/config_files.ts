/**
 * The seed files of the device in `/config`, and the system's roots of trust (`spec/device-api.md §12`,
 * `spec/client.md §2.1`).
 */
import { X509Certificate } from "node:crypto";
import { loadIdentity, openTpm, type SigningIdentity, tpmIdentity } from "../../controllerconn/mod.ts";
import type { Device } from "./device.ts";
import { AgentError, errorText } from "./error.ts";
import type { DevicePaths } from "./paths.ts";

/** Where distributions keep their CA bundle; not below `--root` (decisions.md 18). */
const systemRootFiles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
];

/**
 * `host` or `host:port` of the controller; `""` if the file is empty. Read it anew each time.
 * @throws {AgentError} `missing-file`, `io`
 */
export function readServer(paths: DevicePaths): string {
  return readNeeded(paths.server, "the controller's host[:port]").trim();
}

/**
 * PEM text of the root of trust.
 * @throws {AgentError} `missing-file`, `io`; `bad-file` if it has no readable certificate
 */
export function readRootCertificate(paths: DevicePaths): string {
  const path = paths.rootCertificate;
  const text = readNeeded(path, "PEM certificates");
  const blocks = [...text.matchAll(/-----BEGIN ([^\n-]*)-----[^-]*-----END \1-----/g)];
  const certificates = blocks.filter(([block, label]) => label === "CERTIFICATE" && isCertificate(block));
  if (certificates.length > 0) return text;
  const labels = blocks.map(([, label]) => label);
  const found = labels.length === 0
    ? `no PEM block in ${text.length} characters`
    : labels.includes("CERTIFICATE")
    ? "a CERTIFICATE block that is no certificate"
    : `blocks of type ${[...new Set(labels)].join(", ")}`;
  throw new AgentError("bad-file", `${path}: expected at least one CERTIFICATE block in PEM, found ${found}`);
}

/** Soft serial number, trimmed; `""` if there is none. @throws {AgentError} `io` */
export function readSoftSerial(paths: DevicePaths): string {
  return readText(paths.softSerial)?.trim() ?? "";
}

/** EVE's rule: the device certificate is there and its key is not (`spec/client.md §2.1`). */
export function isTpmInUse(paths: DevicePaths): boolean {
  return readBytes(paths.deviceCert) !== undefined && readBytes(paths.deviceKey) === undefined;
}

/** True if both files of the onboarding pair exist. */
export function hasOnboardPair(paths: DevicePaths): boolean {
  return readBytes(paths.onboardCert) !== undefined && readBytes(paths.onboardKey) !== undefined;
}

/** Whether there is an onboarding pair to register with; one that can't be read counts as none, and is told. */
export function mayRegister({ log, paths }: Pick<Device, "log" | "paths">): boolean {
  try {
    return hasOnboardPair(paths);
  } catch (error) {
    log.warn(`the onboarding pair can't be read: ${errorText(error)}; going on without it`);
    return false;
  }
}

/**
 * The device's identity, with its key in a file or in a TPM. A key file that others may read is warned of; a TPM is
 * first asked at the first signature.
 * @param tpmFolder see `TpmOptions.folder`; `undefined` for a program that writes nothing
 * @throws {AgentError} `missing-file`, `bad-file`, `io`
 */
export function loadDeviceIdentity(device: Device, tpmFolder?: string): SigningIdentity {
  const { deviceCert, deviceKey } = device.paths;
  if (isTpmInUse(device.paths)) return loadTpmIdentity(device, tpmFolder);
  return loadPair(device, deviceCert, deviceKey, "the device certificate");
}

/** The onboarding identity. @throws {AgentError} `missing-file`, `bad-file`, `io` */
export function loadOnboardIdentity(device: Device): SigningIdentity {
  return loadPair(device, device.paths.onboardCert, device.paths.onboardKey, "the onboarding certificate");
}

/** PEM text of the first system CA bundle there is; `""` with a warning if there is none. */
export function readSystemRoots(
  device: Pick<Device, "log">,
  candidates: readonly string[] = systemRootFiles,
): string {
  for (const path of candidates) {
    try {
      return Deno.readTextFileSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      device.log.warn(`CA bundle ${path} can't be read: ${errorText(error)}; trying the next place`);
    }
  }
  device.log.warn(
    `no CA bundle at ${candidates.join(", ")}; only the device's own root certificate is trusted`,
  );
  return "";
}

function loadTpmIdentity({ paths, runTpmTool, signal }: Device, folder?: string): SigningIdentity {
  const certPem = readBytes(paths.deviceCert);
  const credential = readBytes(paths.tpmCredential);
  if (certPem === undefined || credential === undefined) {
    throw new AgentError(
      "missing-file",
      `${paths.deviceKey} is missing, so the key is in a TPM: expected ${paths.deviceCert} and the TPM's password in ` +
        `${paths.tpmCredential}, one of which is missing`,
    );
  }
  const tpm = openTpm({ run: runTpmTool, signal, ...(folder === undefined ? {} : { folder }) });
  try {
    return tpmIdentity(tpm, { certPem, credential });
  } catch (error) {
    throw new AgentError("bad-file", `${paths.deviceCert}: ${errorText(error)}`, { cause: error });
  }
}

function loadPair(device: Device, certPath: string, keyPath: string, what: string): SigningIdentity {
  const cert = readBytes(certPath);
  const key = readBytes(keyPath);
  if (cert === undefined) {
    throw new AgentError("missing-file", `${certPath} is missing: expected ${what} in PEM`);
  }
  if (key === undefined) {
    throw new AgentError("missing-file", `${keyPath} is missing: expected the key of ${what} in PEM`);
  }
  const mode = (Deno.statSync(keyPath).mode ?? 0) & 0o777;
  if ((mode & 0o077) !== 0) {
    device.log.warn(`${keyPath} has mode 0${mode.toString(8)}: expected 0600, others may read the key`);
  }
  try {
    return loadIdentity(cert, key);
  } catch (error) {
    throw new AgentError("bad-file", `${certPath} and ${keyPath}: ${errorText(error)}`, { cause: error });
  }
}

function readNeeded(path: string, expected: string): string {
  const text = readText(path);
  if (text === undefined) throw new AgentError("missing-file", `${path} is missing: expected ${expected}`);
  return text;
}

function readText(path: string): string | undefined {
  const bytes = readBytes(path);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

function readBytes(path: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new AgentError("io", `${path} can't be read: ${errorText(error)}`, { cause: error });
  }
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).subject !== undefined;
  } catch {
    return false;
  }
}
