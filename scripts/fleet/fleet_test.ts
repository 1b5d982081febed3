/** Twenty devices against the real test controller. */
import { assert, assertEquals } from "@std/assert";
import { type Controller, startController } from "../controller/mod.ts";
import { makeOnboardIdentity } from "../pki/mod.ts";
import { Admin } from "./admin.ts";
import { type FleetOptions, runFleet } from "./fleet.ts";
import { runInProcesses } from "./processes.ts";
import { failureCount, resultText } from "./table.ts";

interface Scene extends AsyncDisposable {
  readonly controller: Controller;
  readonly options: FleetOptions;
}

async function openScene(): Promise<Scene> {
  const folder = await Deno.makeTempDir({ prefix: "eve-comms-fleet-test-" });
  const controller = await startController({ dir: `${folder}/controller`, keepBodies: false });
  const onboard = await makeOnboardIdentity();
  const admin = new Admin(controller.adminUrl);
  await admin.allowOnboarding(onboard.certPem);
  return {
    controller,
    options: {
      devices: 20,
      shard: { index: 0, count: 1 },
      server: controller.server,
      rootCertificatePem: controller.pki.root.certPem,
      systemRootsPem: "",
      onboard: { certPem: onboard.certPem, keyPem: onboard.keyFile },
      admin,
      ramp: 0.5,
      seconds: 60,
      poll: 1,
      logs: 1,
      logBytes: 1000,
      folder: `${folder}/devices`,
      log: () => {},
    },
    async [Symbol.asyncDispose]() {
      await controller.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("20 devices onboard, are attested and configured, poll and upload; what is measured is what the controller saw", async () => {
  await using scene = await openScene();
  const { controller, options } = scene;
  const enough = new AbortController();
  const result = await runFleet(options, ({ configured, polls, uploads }) => {
    if (configured === 20 && polls > 40 && uploads > 20) enough.abort();
  }, enough.signal);
  assertEquals([result.onboarded, result.configured, failureCount(result)], [20, 20, 0], resultText(result));
  assertEquals(controller.devices().length, 20);
  const answered = (endpoint: string) =>
    controller.requests.filter((record) =>
      record.endpoint === endpoint && record.status >= 200 && record.status < 400
    );
  for (const name of ["certs", "register", "uuid"]) {
    assertEquals(result.requests[name]?.latency.count, answered(name).length, name);
  }
  assertEquals(result.requests["attest"]?.outcomes, { 201: 40 });
  const { 200: fresh = 0, 304: unchanged = 0 } = result.requests["config"]?.outcomes ?? {};
  assertEquals(fresh, 20);
  assert(unchanged > 20, `${unchanged} unchanged`);
  // What was under way at the end is not measured.
  const uploads = result.requests["newlogs"]?.outcomes[201] ?? 0;
  assert(uploads > 20 && uploads <= answered("newlogs").length, `${uploads} uploads`);
  const received = await Promise.all(controller.devices().map(({ uuid }) => controller.reports(uuid).logs()));
  assert(received.flat().length >= uploads);
});

Deno.test("two processes share a shard, and their results are one", async () => {
  await using scene = await openScene();
  const { controller, options: { admin: _admin, log: _log, ...options } } = scene;
  const enough = new AbortController();
  const configured = [0, 0];
  const result = await runInProcesses(
    { ...options, devices: 9, shard: { index: 1, count: 3 }, adminUrl: controller.adminUrl, verbose: false },
    2,
    (n, progress) => {
      configured[n] = progress.configured;
      if ((configured[0] ?? 0) + (configured[1] ?? 0) === 3) enough.abort();
    },
    enough.signal,
  );
  assertEquals([result.devices, result.onboarded, result.configured], [3, 3, 3], resultText(result));
  assertEquals(result.shards, ["2/6", "3/6"]);
  assertEquals(result.memory.processes, 2);
  assertEquals(controller.devices().length, 3);
});

Deno.test("a controller that is not there: nothing hangs, and the failures are told by their kind", async () => {
  await using scene = await openScene();
  await scene.controller.stop();
  const { admin: _admin, ...options } = scene.options;
  const result = await runFleet({ ...options, devices: 3, seconds: 1 });
  assertEquals([result.onboarded, result.requests["certs"]?.latency.count], [0, 0]);
  const kinds = Object.keys(result.requests["certs"]?.outcomes ?? {});
  assertEquals(kinds, ["refused"], resultText(result));
});
