/** nim as somebody without any privilege, on a network that others have set up. */
import { assert, assertEquals } from "@std/assert";
import { hostArch } from "../../../scripts/build/arch.ts";
import { executable } from "../../../scripts/build/compile.ts";
import { makeDeviceRoot } from "../../../scripts/controller/mod.ts";
import { readControllerPki } from "../../../scripts/pki/mod.ts";
import { topics } from "../../../services/topics/mod.ts";
import { startChild } from "../../site/child.ts";
import { until } from "../../site/until.ts";
import { CONTROLLER_NAME } from "../address_plan.ts";
import { mustRun } from "../command.ts";
import { DevController } from "../dev_controller.ts";
import { Lab } from "../lab.ts";
import { portConfig, staticPort } from "./lab_config.ts";

const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "--no-new-privs"];

Deno.test("[nim#47] nim lab: observing as nobody proves two uplinks, publishes, and changes nothing of Linux", async () => {
  await using lab = await Lab.open({ ipv6: true }, {});
  lab.use(await DevController.start(lab));
  const pki = await readControllerPki(`${lab.folder}/dev-controller/pki`);
  if (pki === undefined) throw new Error("the controller has no certificates");
  const folder = await Deno.makeTempDir({ prefix: "eve-nim-nobody-" });
  try {
    const { root } = await makeDeviceRoot(`${folder}/device`, {
      controller: { server: CONTROLLER_NAME, pki },
    });
    const [first, second] = [lab.uplink(0), lab.uplink(1)];
    const config = portConfig(
      staticPort("eth0", `${first.address()}/24`, first.gateway()),
      staticPort("eth1", `${second.address()}/24`, second.gateway(), { Cost: 5 }),
    );
    await Deno.mkdir(`${root}/config/DevicePortConfig`, { recursive: true });
    const override = topics.global.DevicePortConfig.codec.encode(config);
    await Deno.writeTextFile(`${root}/config/DevicePortConfig/override.json`, override);
    await Deno.copyFile(executable(hostArch, "nim"), `${folder}/nim`);
    await mustRun("chmod", ["0755", folder, `${folder}/nim`]);
    await mustRun("chown", ["-R", "65534:65534", folder]);
    const linux = async () => {
      const asked = [["rule"], ["-6", "rule"], ["route", "show", "table", "all"], [
        "-6",
        "route",
        "show",
        "table",
        "all",
      ]];
      const texts = await Promise.all(
        [...asked, ["link"], ["address"]].map((args) => lab.device.run("ip", ...args)),
      );
      return [...texts, await Deno.readTextFile(`/etc/netns/${lab.device.name}/resolv.conf`)].join("\n");
    };
    const { codec } = topics.nim.DeviceNetworkStatus;
    const file = `${root}/run/nim/DeviceNetworkStatus/global.json`;
    const status = () => codec.decode(Deno.readTextFileSync(file));
    const before = await linux();
    const words = ["--root", root, "--network", "observe"];
    await using nim = startChild(
      ...lab.device.command("setpriv", [...nobody, `${folder}/nim`, ...words]),
      true,
    );
    await until("the controller answers", () => status().State === 3 && !status().Testing, 60_000);
    const ports = status().Ports ?? [];
    assertEquals(ports.map(({ IfName, LastError, Up }) => [IfName, LastError, Up]), [
      ["eth0", "", true],
      ["eth1", "", true],
    ]);
    assert(ports[0]?.LastWarning.includes("only observes"), "two uplinks, no rules of nim's");
    await nim.stop();
    assertEquals(await linux(), before);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
