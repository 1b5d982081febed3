/**
 * A controller and its devices: `controller_site.ts <folder>`. For each line on standard input it makes a device root that
 * the controller does not know yet, and says `{root, portsFile}`. A device that registers gets its first configuration at once.
 */
import { makeDeviceRoot, startController } from "../../../scripts/controller/mod.ts";
import { firstConfig } from "../../../scripts/demo/configs.ts";
import { loopbackPorts } from "../../../scripts/demo/site.ts";
import { heard, say } from "../stdio.ts";

const [folder = ""] = Deno.args;
const controller = await startController({ dir: `${folder}/controller`, keepBodies: false });
const portsFile = `${folder}/ports.json`;
Deno.writeTextFileSync(portsFile, JSON.stringify(loopbackPorts));
say("ready");
const known = new Set<string>();
let made = 0;
for await (const _ of heard()) {
  const root = `${folder}/device-${++made}`;
  const { onboard } = await makeDeviceRoot(root, { controller });
  if (onboard === undefined) throw new Error("the device root has no onboarding pair");
  controller.addOnboard(onboard.certPem, ["*"]);
  Deno.writeTextFileSync(`${root}/run/eve-release`, "0.0.0-bench-amd64\n");
  controller.clearRequests();
  say(JSON.stringify({ root, portsFile }));
  configureNext();
}
await controller.stop();

async function configureNext(): Promise<void> {
  await controller.waitForRequest(
    ({ endpoint, status }) => endpoint === "register" && status === 201,
    600_000,
  );
  for (const { uuid } of controller.devices()) {
    if (known.has(uuid)) continue;
    known.add(uuid);
    controller.putConfig(uuid, firstConfig(), { timestampMs: Date.now() });
  }
}
