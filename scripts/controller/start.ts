/** Starts a dev controller: as strict as Adam at the device side, and stricter (`spec/device-api.md §13, 14`). @module */

import { join } from "node:path";
import {
  certifies,
  type ControllerPki,
  makeControllerLeaf,
  makeControllerPki,
  readControllerPki,
  writeControllerPki,
} from "../pki/mod.ts";
import { answerAdmin } from "./admin.ts";
import { startAdminServer } from "./admin_server.ts";
import { Certificates } from "./certificates.ts";
import type { Controller } from "./controller.ts";
import { startDeviceServer } from "./device_server.ts";
import { Faults } from "./faults.ts";
import { RequestLog } from "./request_log.ts";
import { RunningController } from "./running_controller.ts";
import { openStores, readGlobalOptions, type Settings, type Site, writeGlobalOptions } from "./site.ts";

/** How to start a controller. */
export interface ControllerOptions extends Partial<Settings> {
  /** Its folder: `device/`, `onboard/`, `pki/`, `global-options.json`. Made if missing; a later start goes on from it. */
  readonly dir: string;
  /** Its certificates; when absent those of `dir/pki`, and when there are none new ones for `hosts`. */
  readonly pki?: ControllerPki;
  /** Names and addresses in the server certificate, when one is made. Default 127.0.0.1, ::1, localhost and `hostname`. */
  readonly hosts?: readonly string[];
  /** Address to listen on for devices; default 127.0.0.1. */
  readonly hostname?: string;
  /** Port for devices; default 0 = any. */
  readonly port?: number;
  /** Port of the admin API, always on 127.0.0.1; default 0 = any. */
  readonly adminPort?: number;
  /**
   * Clients must present one of these certificates (PEM), or one issued by them. By default none is asked for: a server
   * that asks without insisting resets every connection here (platform.md).
   */
  readonly requireClientCert?: string;
  /** Largest body accepted, bytes; default 16 MiB. */
  readonly maxBodyBytes?: number;
  /** Keeps bodies and payloads in `requests`, by default (true) all but those of log files. */
  readonly keepBodies?: boolean | "with-logs";
  /** How long idle connections are kept, milliseconds; default 60 000. */
  readonly keepAliveMs?: number;
}

/** Starts both servers. @throws Error when a port is taken or the folder holds something else. */
export async function startController(options: ControllerOptions): Promise<Controller> {
  const { dir } = options;
  const hostname = options.hostname ?? "127.0.0.1";
  await Deno.mkdir(dir, { recursive: true });
  const pki = await openPki(options, hostname);
  const site = openSite(options, pki);
  writeGlobalOptions(dir, site);
  const log = new RequestLog();
  const deviceServer = await startDeviceServer(site, log, {
    hostname,
    port: options.port ?? 0,
    pki,
    ...(options.requireClientCert === undefined ? {} : { clientCertificates: options.requireClientCert }),
    maxBodyBytes: options.maxBodyBytes ?? 16 * 1024 * 1024,
    keepBodies: options.keepBodies ?? true,
    keepAliveMs: options.keepAliveMs ?? 60_000,
    requestsFile: `${Date.now()}000000`.padStart(20, "0"),
  });
  const controller = new RunningController({ dir, hostname, site, log, deviceServer });
  try {
    controller.attachAdmin(
      startAdminServer(options.adminPort ?? 0, (request) => answerAdmin(controller, request)),
    );
  } catch (error) {
    await deviceServer.stop();
    throw error;
  }
  return controller;
}

async function openPki(options: ControllerOptions, hostname: string): Promise<ControllerPki> {
  const dir = join(options.dir, "pki");
  const hosts = options.hosts ?? [...new Set([hostname, "127.0.0.1", "::1", "localhost"])];
  const pki = options.pki ?? await storedPki(dir, options.hosts) ?? await makeControllerPki({ hosts });
  await writeControllerPki(dir, pki);
  return pki;
}

/** With a new server certificate if the stored one lacks a name that is asked for now. */
async function storedPki(dir: string, hosts: readonly string[] = []): Promise<ControllerPki | undefined> {
  const stored = await readControllerPki(dir);
  if (stored === undefined || hosts.every((host) => certifies(stored.server, host))) return stored;
  return { ...stored, server: await makeControllerLeaf(stored, hosts[0] ?? "localhost", { hosts }) };
}

function openSite(options: ControllerOptions, pki: ControllerPki): Site {
  const { controllercertConfighash, ...stored } = readGlobalOptions(options.dir);
  return {
    ...openStores(options.dir),
    certificates: new Certificates(pki, controllercertConfighash),
    faults: new Faults(),
    settings: {
      strict: options.strict ?? stored.strict ?? true,
      enforceIntegrityToken: options.enforceIntegrityToken ?? stored.enforceIntegrityToken ?? true,
    },
  };
}
