/** The configuration of the ports arrives from the controller, through zedagent. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { labDeviceConfig } from "./lab_networks.ts";
import { measured } from "./measured.ts";
import { isConnected } from "./nim_lab.ts";
import { WholeLab } from "./whole_lab.ts";

Deno.test("nim lab: from the controller, a wrong configuration is given up, reported, and a right one taken", async () => {
  await using site = await WholeLab.open({ uplinks: [{}] });
  const { net } = site;
  await site.putConfig(labDeviceConfig({ ifName: "eth0" }));
  await net.until(
    "the controller's configuration works",
    (status) => isConnected(status, ["eth0"]) && status.DPCKey === "zedagent",
  );

  const wrong = { ifName: "eth0", address: "10.77.0.77", gateway: "10.77.0.9" };
  await site.putConfig(labDeviceConfig(wrong));
  const tried = await net.until("the wrong one is tried", ({ Testing }) => Testing, 60_000);
  const back = await net.until(
    "the one before works again",
    (status) => isConnected(status, ["eth0"]) && status.CurrentIndex === 1,
  );
  measured({
    scale: net.scale,
    scenario: "wrong configuration through zedagent, back on the old one",
    detected: tried,
    connected: tried + back,
  });
  assertStringIncludes(net.list?.PortConfigList?.[0]?.LastError ?? "", "eth0");
  await site.until("the controller is told", async () => {
    const told = (await site.portStatus()).at(-1);
    return told?.currentIndex === 1 && (told.status?.[0]?.lastError ?? "").includes("eth0");
  });

  await site.putConfig(labDeviceConfig({ ...wrong, gateway: "10.77.0.1" }));
  const taken = await net.until(
    "the right one works",
    (status) =>
      isConnected(status, ["eth0"]) && status.CurrentIndex === 0 &&
      (status.Ports?.[0]?.AddrInfoList ?? []).some(({ Addr }) => Addr === "10.77.0.77"),
  );
  measured({ scale: net.scale, scenario: "right configuration through zedagent", connected: taken });
  await site.until("the device asks from its new address, and says that all is well", async () => {
    const asked = (await site.requests()).findLast(({ endpoint }) => endpoint === "config");
    const told = (await site.portStatus()).at(-1);
    return asked?.remoteAddress === "10.77.0.77" && (told?.currentIndex ?? 0) === 0 &&
      (told?.status?.[0]?.lastError ?? "") === "";
  });
  assertEquals((await site.portStatus()).at(-1)?.status?.[0]?.key, "zedagent");
});
