/** The reporting tasks and the watchdog, while no request ever ends. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../../agent/test_device.ts";
import { goEdgeNodeCert, topics } from "../../topics/mod.ts";
import { reporting } from "../run.ts";
import { openTestAccess, testReport } from "./testdata/test_access.ts";

Deno.test("[zedagent#36] the reporting tasks are registered and touch at least every 40 s while all their requests hang", async () => {
  await using site = await openTestAccess();
  const { access, device, controller } = site;
  const registered = `${device.paths.run}/watchdog/file`;
  site.others.publication(topics.tpmmgr.EdgeNodeCert).publish(
    "01",
    goEdgeNodeCert.make({ HashAlgo: 1, CertType: 4, Cert: new Uint8Array([1]) }),
  );
  controller.faults.add("*", { hang: true });
  const deps = { report: testReport() };
  const nothing = () => {};
  reporting.startInfo(access, deps).requestDeviceInfo();
  reporting.startMetrics(access, deps);
  reporting.startControllerCertsTask(access, { onArrived: nothing });
  reporting.startEdgeNodeCertsTask(access, {
    configGetStatus: () => 1,
    onRefused: nothing,
    onNotFound: nothing,
  });
  reporting.startAttestation(access, {
    standalone: true,
    onState: nothing,
    onComplete: nothing,
    requestCerts: nothing,
    onNotFound: nothing,
  });
  reporting.startHardwareInfo(access);
  // Reports and the device's certificates share a queue, which has one request on its way.
  await until("five hanging requests", () => controller.requests.length === 5);
  const names = [...Deno.readDirSync(registered)].map(({ name }) => name).sort();
  assertEquals(names, [
    "zedagent-ntp.touch",
    "zedagentDeferredEvent.touch",
    "zedagentattest.touch",
    "zedagentccerts.touch",
    "zedagentdevinfo.touch",
    "zedagentecerts.touch",
    "zedagenthardwarehealth.touch",
    "zedagentmetrics.touch",
  ]);
  for (let seconds = 0; seconds < 300; seconds += 5) {
    await device.clock.advance(5_000);
    for (const name of names) {
      const touched = Deno.statSync(`${device.paths.run}/${name}`).mtime?.getTime() ?? 0;
      const age = device.clock.now() - touched;
      assert(age <= 40_000, `${name} is ${age} ms old`);
    }
  }
  assertEquals(controller.requests.filter(({ status }) => status !== 0), []);
});
