/** `/config` read once: name of the controller, root of trust, identity. Every fault is a fact, none an exception. */
import { X509Certificate } from "node:crypto";
import { readIdentityCertificate } from "../../../controllerconn/identity_certificate.ts";
import { pemCertificates } from "../../../controllerconn/pem.ts";
import { readPrivateKey } from "../../../controllerconn/private_key.ts";
import type { SigningIdentity } from "../../../controllerconn/mod.ts";
import {
  AgentError,
  type Device,
  errorText,
  hasOnboardPair,
  isTpmInUse,
  loadDeviceIdentity,
  loadOnboardIdentity,
  readRootCertificate,
  readServer,
  releasedAt,
} from "../../agent/mod.ts";
import { readFileIfPresent } from "../../pubsub/mod.ts";
import type { Signers } from "../requests/open_client.ts";
import type { FileFacts, FileFault, IdentityFacts } from "./facts.ts";

/** What was read; the last three are for requests. */
export interface ReadFiles {
  readonly facts: FileFacts;
  readonly signers: Signers;
  readonly rootPem: string;
}

/** @param live false on a workbench: there the first boot is still to come, and makes the device certificate */
export function readFiles(device: Device, live: boolean): ReadFiles {
  const faults: FileFault[] = [];
  const told = (fault: FileFault) => void faults.push(fault);
  const server = readName(device, told);
  const rootPem = readRoot(device, told);
  const { identity, signers } = readIdentity(device, live, told);
  return { facts: { server, identity, faults }, signers, rootPem };
}

type Tell = (fault: FileFault) => void;

function readName({ paths }: Device, tell: Tell): string {
  let server: string;
  try {
    server = readServer(paths);
  } catch (error) {
    tell({ code: "EVE-CFG-SERVER-001", text: errorText(error) });
    return "";
  }
  const problem = problemOfServer(server);
  if (problem === undefined) return server;
  tell({ code: "EVE-CFG-SERVER-002", text: `${paths.server} ${problem}` });
  return "";
}

/** What is wrong with a name that can't be used; `host`, `host:port`, `address`, `[v6]:port` can. */
export function problemOfServer(server: string): string | undefined {
  if (server === "") return "is empty: expected host or host:port";
  const shown = JSON.stringify(server.slice(0, 60));
  if (/\s/.test(server)) return `holds ${shown}: expected one host[:port], without white space`;
  const bare = server.replace(/^https?:\/\//, "");
  const url = URL.parse(`https://${bare}`);
  if (url === null || url.hostname === "") return `holds ${shown}: expected host or host:port`;
  if (url.username !== "" || url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    return `holds ${shown}: expected host or host:port, without user, path or query`;
  }
  return undefined;
}

function readRoot({ paths, clock }: Device, tell: Tell): string {
  let pem: string;
  try {
    pem = readRootCertificate(paths);
  } catch (error) {
    const isThere = error instanceof AgentError && error.kind === "bad-file";
    tell({ code: isThere ? "EVE-CFG-ROOT-002" : "EVE-CFG-ROOT-001", text: errorText(error) });
    return "";
  }
  const now = clock.now();
  const certificates = pemCertificates(pem).flatMap(({ der }) => parsed(der));
  const outside = certificates.filter((each) =>
    now > Date.parse(each.validTo) || now < Date.parse(each.validFrom)
  );
  const [first] = outside;
  if (first !== undefined && outside.length === certificates.length && now >= releasedAt) {
    const times = `NotBefore ${first.validFrom}, NotAfter ${first.validTo}`;
    tell({
      code: "EVE-CFG-ROOT-003",
      text: `${paths.rootCertificate}: ${first.subject.replace(/\n/g, ", ")}: ${times}`,
    });
  }
  return pem;
}

function parsed(der: Uint8Array): X509Certificate[] {
  try {
    return [new X509Certificate(der)];
  } catch {
    return [];
  }
}

function readIdentity(
  device: Device,
  live: boolean,
  tell: Tell,
): { identity: IdentityFacts; signers: Signers } {
  const { paths } = device;
  const faults: FileFault[] = [];
  const own = loadOwn(device, (fault) => void faults.push(fault));
  const needsPair = own === undefined && faults.some(({ code }) => code === "EVE-ID-CERT-001");
  const onboard = needsPair ? loadPair(device, tell) : undefined;
  const hasPair = attempt(() => hasOnboardPair(paths)) ?? false;
  if (!needsPair || live && hasPair) faults.forEach(tell);
  else if (!hasPair) {
    tell({ code: "EVE-ID-ONBOARD-001", text: `${paths.deviceCert} and ${paths.onboardCert} are missing` });
  }
  const inTpm = attempt(() => isTpmInUse(paths)) ?? false;
  const who = own !== undefined ? "device" : onboard !== undefined ? "onboarding" : "nobody";
  return {
    identity: { who, inTpm, ...lifetime(own ?? onboard) },
    signers: { device: own, onboard },
  };
}

function loadOwn(device: Device, tell: Tell): SigningIdentity | undefined {
  const { deviceKey } = device.paths;
  try {
    const identity = loadDeviceIdentity(device);
    const { notAfter } = lifetime(identity);
    const now = device.clock.now();
    if (notAfter !== undefined && now > notAfter && now >= releasedAt) {
      const text = `${device.paths.deviceCert}: NotAfter ${new Date(notAfter).toISOString()}`;
      tell({ code: "EVE-ID-CERT-003", text });
    }
    const mode = attempt(() => (Deno.statSync(deviceKey).mode ?? 0) & 0o777) ?? 0;
    if ((mode & 0o077) !== 0) {
      tell({ code: "EVE-ID-KEY-004", text: `${deviceKey} has mode 0${mode.toString(8)}, expected 0600` });
    }
    return identity;
  } catch (error) {
    tell({ code: codeOfPair(device), text: errorText(error) });
    return undefined;
  }
}

/** Which of the two files it is, found by the same steps that loading takes. */
function codeOfPair({ paths }: Device): string {
  const cert = attempt(() => readFileIfPresent(paths.deviceCert));
  if (cert === undefined) return "EVE-ID-CERT-001";
  const certificate = attempt(() => readIdentityCertificate(cert).certificate);
  if (certificate === undefined) return "EVE-ID-CERT-002";
  const key = attempt(() => readFileIfPresent(paths.deviceKey));
  if (key === undefined) return "EVE-ID-KEY-001";
  const privateKey = attempt(() => readPrivateKey(key));
  if (privateKey === undefined) return "EVE-ID-KEY-002";
  return attempt(() => certificate.checkPrivateKey(privateKey)) ? "EVE-ID-KEY-002" : "EVE-ID-KEY-003";
}

function loadPair(device: Device, tell: Tell): SigningIdentity | undefined {
  if (!(attempt(() => hasOnboardPair(device.paths)) ?? false)) return undefined;
  try {
    return loadOnboardIdentity(device);
  } catch (error) {
    tell({ code: "EVE-ID-ONBOARD-002", text: errorText(error) });
    return undefined;
  }
}

function lifetime(identity: SigningIdentity | undefined): { notBefore?: number; notAfter?: number } {
  if (identity === undefined) return {};
  const { validFrom, validTo } = readIdentityCertificate(identity.certPem).certificate;
  const [notBefore, notAfter] = [Date.parse(validFrom), Date.parse(validTo)];
  return Number.isNaN(notBefore) || Number.isNaN(notAfter) ? {} : { notBefore, notAfter };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
