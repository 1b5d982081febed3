/** New configurations, wrong and right; nim killed; IPv6 alone. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { NetworkType } from "../../../services/topics/mod.ts";
import { dhcpPort, portConfig, staticPort } from "./lab_config.ts";
import { measured } from "./measured.ts";
import { isConnected, NimLab } from "./nim_lab.ts";

Deno.test("nim lab: a wrong configuration is given up for the old one, a right one is taken", async () => {
  await using site = await NimLab.open({ uplinks: [{}] });
  site.configure(portConfig(dhcpPort("eth0")));
  site.start();
  await site.untilConnected("eth0");
  site.configure(portConfig(staticPort("eth0", "10.77.0.77/24", "10.77.0.9")));
  const tried = await site.until("the new one is tried", ({ Testing }) => Testing, 60_000);
  const back = await site.until(
    "the old one works again",
    (status) => isConnected(status, ["eth0"]) && status.CurrentIndex === 1,
  );
  measured({
    scale: site.scale,
    scenario: "wrong configuration, back on the old one",
    detected: tried,
    connected: tried + back,
  });
  assertStringIncludes(site.list?.PortConfigList?.[0]?.LastError ?? "", "eth0");
  site.configure(portConfig(staticPort("eth0", "10.77.0.77/24", "10.77.0.1")));
  const taken = await site.until(
    "the right one works",
    (status) =>
      isConnected(status, ["eth0"]) && status.CurrentIndex === 0 &&
      (status.Ports?.[0]?.AddrInfoList ?? []).some(({ Addr }) => Addr === "10.77.0.77"),
  );
  measured({ scale: site.scale, scenario: "right configuration", connected: taken });
});

Deno.test("nim lab: killed, nim leaves the network as it is, and regains its state", async () => {
  await using site = await NimLab.open({ uplinks: [{}, { cost: 5 }] });
  site.configure(portConfig(dhcpPort("eth0"), dhcpPort("eth1", { Cost: 5 })));
  site.start();
  await site.untilConnected("eth0");
  const linux = async () =>
    [
      await site.lab.device.run("ip", "-4", "rule"),
      await site.lab.device.run("ip", "-4", "-o", "addr", "show", "dev", "eth0", "scope", "global"),
      await site.lab.device.run("ip", "-4", "route", "show", "table", "all"),
    ].join("\n").replaceAll(/valid_lft \d+sec|preferred_lft \d+sec/g, "");
  const before = await linux();
  await site.kill();
  assertEquals(await linux(), before);
  const killed = Date.now();
  site.start();
  const again = await site.until(
    "connected again",
    (now) => isConnected(now, ["eth0"]) && site.statusWritten > killed,
  );
  assertEquals(await linux(), before);
  measured({ scale: site.scale, scenario: "nim killed and started", connected: again });
});

Deno.test("nim lab: IPv6 alone, by router advertisements", async () => {
  await using site = await NimLab.open({ uplinks: [{ ipv6: true, dhcp: { ipv6: true } }] });
  site.configure(portConfig(dhcpPort("eth0", { Type: NetworkType.NetworkTypeIpv6Only })));
  site.start();
  const connected = await site.untilConnected("eth0");
  measured({ scale: site.scale, scenario: "IPv6 alone", connected });
  const addresses = (site.status?.Ports?.[0]?.AddrInfoList ?? []).map(({ Addr }) => Addr);
  assertEquals(addresses.filter((address) => address.includes(".")), []);
});
