// deno-lint-ignore-file no-console
/** `./scripts/run fleet`: virtual devices that put load on a controller (`docs/fleet.md`). */
import { join } from "node:path";
import { openLog, readSystemRoots, writeToStderr } from "../services/agent/mod.ts";
import { Admin } from "./fleet/admin.ts";
import { type FleetOrder, HELP, parseOrder } from "./fleet/command_line.ts";
import type { OnboardPair } from "./fleet/fleet.ts";
import { jobTemplate, manifest } from "./fleet/manifest.ts";
import { startOwnController } from "./fleet/own_controller.ts";
import { runInProcesses } from "./fleet/processes.ts";
import { ProgressBar } from "./fleet/progress_bar.ts";
import { type FleetResult, mergeResults, parseResult } from "./fleet/result.ts";
import { devicesOf } from "./fleet/shard.ts";
import { failureCount, resultText } from "./fleet/table.ts";
import { makeOnboardIdentity } from "./pki/mod.ts";

/** The controller, and how devices get in. */
interface Target {
  readonly server: string;
  readonly rootCertificatePem: string;
  readonly onboard: OnboardPair;
  readonly adminUrl?: string;
}

async function main(words: readonly string[]): Promise<number> {
  const order = parseOrder(words, Deno.env.toObject());
  switch (order.kind) {
    case "help":
      console.log(HELP);
      return 0;
    case "manifest":
      console.log(manifest(jobTemplate(), order.shards, order.devices, order.server).trimEnd());
      return 0;
    case "merge": {
      const results = await Promise.all(
        order.files.map(async (file) => parseResult(file, await Deno.readTextFile(file))),
      );
      return await show(mergeResults(results), order.out);
    }
    case "fleet":
      return await run(order);
  }
}

async function run(order: FleetOrder): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const temporary = async (dir?: string) => {
    const made = await Deno.makeTempDir({
      prefix: "eve-comms-fleet-",
      ...(dir === undefined ? {} : { dir }),
    });
    stack.defer(() => Deno.remove(made, { recursive: true }));
    return made;
  };
  const folder = await temporary();
  const target = await targetOf(order, folder, stack);
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => stop.abort());
  Deno.addSignalListener("SIGTERM", () => stop.abort());
  const bar = new ProgressBar(devicesOf(order.shard, order.devices));
  const { devices, shard, ramp, seconds, poll, logs, logBytes, verbose, systemRoots } = order;
  const log = openLog("fleet", { debug: false, now: Date.now, terminal: true, write: writeToStderr });
  const options = {
    ...{ devices, shard, ramp, seconds, poll, logs, logBytes, verbose, ...target },
    systemRootsPem: systemRoots ? readSystemRoots({ log }) : "",
    // Log files are synced to the disk one by one, as newlogd does; that is no load on a controller.
    folder: await temporary(memoryFolder()),
  };
  const result = await runInProcesses(
    options,
    order.processes,
    (n, progress) => bar.show(n, progress),
    stop.signal,
  );
  bar.end();
  return await show(result, order.out);
}

function memoryFolder(): string | undefined {
  try {
    return Deno.statSync("/dev/shm").isDirectory ? "/dev/shm" : undefined;
  } catch {
    return undefined;
  }
}

async function targetOf(order: FleetOrder, folder: string, stack: AsyncDisposableStack): Promise<Target> {
  if (order.ownController) {
    const controller = stack.use(await startOwnController(join(folder, "controller")));
    const { server, adminUrl, rootCertificatePem } = controller;
    return { server, adminUrl, rootCertificatePem, onboard: await allowedPair(adminUrl) };
  }
  const read = (name: string) => Deno.readTextFile(join(order.config ?? "", name));
  const onboard = await Promise.all([read("onboard.cert.pem"), read("onboard.key.pem")]).catch((error) => {
    if (order.admin === undefined || !(error instanceof Deno.errors.NotFound)) throw error;
    return undefined;
  });
  return {
    server: order.server ?? (await read("server")).trim(),
    rootCertificatePem: await read("root-certificate.pem"),
    onboard: onboard === undefined
      ? await allowedPair(order.admin ?? "")
      : { certPem: onboard[0], keyPem: onboard[1] },
    ...(order.admin === undefined ? {} : { adminUrl: order.admin }),
  };
}

async function allowedPair(adminUrl: string): Promise<OnboardPair> {
  const pair = await makeOnboardIdentity();
  await new Admin(adminUrl).allowOnboarding(pair.certPem);
  return { certPem: pair.certPem, keyPem: pair.keyFile };
}

async function show(result: FleetResult, out: string | undefined): Promise<number> {
  console.log(resultText(result));
  const json = JSON.stringify(result);
  if (out === "-") console.log(`--- BEGIN RESULT\n${json}\n--- END RESULT`);
  else if (out !== undefined) await Deno.writeTextFile(out, `${json}\n`);
  return failureCount(result) === 0 ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(`fleet: ${error instanceof Error ? error.message : error} (--help tells more)`);
    Deno.exit(2);
  }
}
