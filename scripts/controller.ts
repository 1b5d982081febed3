// deno-lint-ignore-file no-console
/**
 * The dev controller as a program: prints one line of JSON when it is ready, runs until SIGTERM or SIGINT.
 *
 * `deno run -A scripts/controller.ts --dir DIR [--port 0] [--admin-port 0] [--host 127.0.0.1]…`
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { type ControllerOptions, startController } from "./controller/mod.ts";

const HELP = `A controller for EVE-OS devices (device API v2), for development.

  deno run -A scripts/controller.ts --dir DIR [options]

  --dir DIR            keeps devices, what they send, certificates; made if missing
  --host HOST          address to listen on and name in the server certificate; given again: further names only.
                       Default 127.0.0.1
  --port PORT          for devices, HTTPS. Default 0: any free one
  --admin-port PORT    the admin API, plain HTTP on 127.0.0.1. Default 0: any free one
  --lenient            lets through what Adam lets through, e.g. another device's UUID in the path
  --no-attestation     serves configurations without an integrity token
  --help

When ready it prints {"server":"host:port","deviceUrl":…,"adminUrl":…,"rootCertificate":…} on one line.
The certificate for a device's /config/root-certificate.pem is DIR/pki/root.pem.
`;

async function main(args: readonly string[]): Promise<number> {
  const unknown: string[] = [];
  const parsed = parseArgs(args, {
    string: ["dir", "host", "port", "admin-port"],
    boolean: ["help", "lenient", "no-attestation"],
    collect: ["host"],
    unknown: (arg) => void unknown.push(arg),
  });
  if (parsed["help"] === true) {
    console.log(HELP);
    return 0;
  }
  const { dir } = parsed;
  if (unknown.length > 0 || typeof dir !== "string" || dir === "") {
    console.error(
      unknown.length > 0 ? `unknown: ${unknown.join(" ")}` : "--dir DIR is missing; --help tells more",
    );
    return 2;
  }
  const controller = await startController({
    dir,
    ...hosts(parsed["host"]),
    port: port("--port", parsed["port"]),
    adminPort: port("--admin-port", parsed["admin-port"]),
    strict: parsed["lenient"] !== true,
    enforceIntegrityToken: parsed["no-attestation"] !== true,
    keepBodies: false,
  });
  const { server, deviceUrl, adminUrl } = controller;
  const ended = terminated();
  console.log(JSON.stringify({ server, deviceUrl, adminUrl, rootCertificate: `${dir}/pki/root.pem` }));
  await ended;
  await controller.stop();
  return 0;
}

function hosts(given: unknown): Pick<ControllerOptions, "hostname" | "hosts"> {
  if (!Array.isArray(given)) return {};
  const names = given.filter((name) => typeof name === "string" && name !== "");
  if (names.length === 0) return {};
  return { hostname: names[0], hosts: [...new Set([...names, "127.0.0.1", "::1", "localhost"])] };
}

function port(option: string, given: unknown): number {
  const value = Number(given ?? 0);
  if (Number.isInteger(value) && value >= 0 && value < 65_536) return value;
  throw new Error(`${option}: a port was expected, ${given} arrived`);
}

function terminated(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      Deno.removeSignalListener("SIGTERM", stop);
      Deno.removeSignalListener("SIGINT", stop);
      resolve();
    };
    Deno.addSignalListener("SIGTERM", stop);
    Deno.addSignalListener("SIGINT", stop);
  });
}

if (import.meta.main) {
  try {
    Deno.exitCode = await main(Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exitCode = 1;
  }
}
