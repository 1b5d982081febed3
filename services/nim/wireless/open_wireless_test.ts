/** Wi-Fi and 802.1X on a device with a bus, files and a clock; the programs themselves are in tests/netns. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { testDevice, until } from "../../agent/test_device.ts";
import { goVaultStatus, goWifiConfig, type NetworkPortConfig, topics } from "../../topics/mod.ts";
import type { Network } from "../parts.ts";
import { linkOf, portConfig } from "../status/testdata/inputs.ts";
import { openWireless } from "./open_wireless.ts";

const network = (subnet?: string): Network => ({
  links: [linkOf("eth0"), linkOf("wlan0")],
  leases: subnet === undefined
    ? new Map()
    : new Map([["eth0", { v4: { subnet: { network: subnet, prefix: 24 }, ntpServers: [] } }]]),
  resolv: new Map(),
  hostResolv: { servers: [], domains: [] },
});
const wlan = (IfName: string): NetworkPortConfig => {
  const port = portConfig(IfName);
  const Wifi = [
    goWifiConfig.make({ SSID: "lab", KeyScheme: 1, Password: "geheim-geheim" }),
    goWifiConfig.make({ SSID: "bad", KeyScheme: 1, Password: "geheim" }),
  ];
  return { ...port, WirelessCfg: { ...port.WirelessCfg, WType: 2, Wifi } };
};
const wired = (): NetworkPortConfig => {
  const port = portConfig("eth0");
  return {
    ...port,
    PNAC: { ...port.PNAC, Enabled: true, EAPIdentity: "dev", CertEnrollmentProfileName: "corp" },
  };
};

function openSite() {
  const device = testDevice({ agent: "nim", commands: { wpa_supplicant: "" } });
  const launched: string[] = [];
  const restarted: string[] = [];
  let changes = 0;
  const wireless = openWireless(device, {
    changed: () => changes++,
    restartDhcp: (ifName) => restarted.push(ifName),
    maxRetries: () => 4,
    launch: (program, args) => {
      launched.push([program, ...args].join(" ").replaceAll(device.paths.root, ""));
      return { pid: Deno.pid, end: () => {} };
    },
  });
  return { device, wireless, launched, restarted, changes: () => changes };
}

Deno.test("a Wi-Fi port gets its configuration, counters tell how credentials came; one that is not there gets none", async () => {
  const { device, wireless } = openSite();
  await using _ = device;
  wireless.apply([wlan("wlan0"), wlan("wlan9")], network());
  await wireless.idle;
  const conf = device.read("/run/nim/wpa_supplicant-wlan0.conf") ?? "";
  assertStringIncludes(conf, 'ssid="lab"');
  assertEquals([conf.includes("bad"), conf.includes("geheim")], [false, false]);
  assertEquals(device.read("/run/nim/wpa_supplicant-wlan9.conf"), undefined);
  const counts = topics.nim.CipherMetrics.codec.decode(
    device.read("/run/nim/CipherMetrics/global.json") ?? "",
  );
  assertEquals([counts.FailureCount, counts.TypeCounters?.[6]], [2, 2]);
  const told = device.logged.filter((line) => line.includes("Wi-Fi"));
  assertEquals([told.length, told.join().includes("geheim")], [1, false]);
  assertStringIncludes(told[0] ?? "", 'wlan0: Wi-Fi "bad": expected 64 hexadecimal digits or a passphrase');
});

Deno.test("802.1X: the missing certificate is told, then it starts; let in, DHCP is asked again until the subnet changes", async () => {
  const { device, wireless, launched, restarted, changes } = openSite();
  await using _ = device;
  wireless.apply([wired()], network("10.0.0.0"));
  await wireless.idle;
  assertEquals([wireless.published.size, changes()], [0, 0]);
  device.bus.publication(topics.vaultmgr.VaultStatus).publish(
    "v",
    goVaultStatus.make({ Name: "Application Data Store", ConversionComplete: true, Status: 2 }),
  );
  await until("the missing certificate is published", () => wireless.published.size === 1);
  assertStringIncludes(
    wireless.published.get("eth0")?.Error.Error ?? "",
    'profile "corp" has no certificate',
  );
  assertEquals(changes(), 1);
  const paths = {
    CertFilepath: "/v/c.pem",
    PrivateKeyFilepath: "/v/k.pem",
    CACertBundleFilepath: "/v/ca.pem",
  };
  device.bus.publication(topics.scepclient.EnrolledCertificateStatus).publish("corp", paths);
  await until(
    "802.1X runs",
    () => launched.length === 1 && wireless.published.get("eth0")?.Error.Error === "",
  );
  assertEquals(launched, [
    "wpa_cli -p /run/nim/wpa_supplicant -i eth0 -a /run/nim/wpa_supplicant-eth0-watcher.sh -r",
  ]);
  assertStringIncludes(device.read("/run/nim/wpa_supplicant-eth0.conf") ?? "", 'client_cert="/v/c.pem"');
  Deno.writeTextFileSync(
    `${device.paths.run}/nim/pnac.state/eth0`,
    "STATE: CONNECTED\nTIMESTAMP: 1787392800\n",
  );
  await until("the port is let in", () => wireless.published.get("eth0")?.State === 4);
  assertEquals(wireless.published.get("eth0")?.LastAuthTimestamp, "2026-08-22T10:00:00Z");
  await device.clock.advance(2_000);
  await device.clock.advance(4_000);
  assertEquals(restarted, ["eth0", "eth0"]);
  wireless.apply([wired()], network("10.1.0.0"));
  await wireless.idle;
  await device.clock.advance(60_000);
  assertEquals(restarted.length, 2);
  wireless.apply([], network());
  await wireless.idle;
  assertEquals([wireless.published.size, device.read("/run/nim/wpa_supplicant-eth0.conf")], [0, undefined]);
});

Deno.test("behind a bridge that took the name of the NIC, 802.1X runs on the NIC", async () => {
  const { device, wireless, launched } = openSite();
  await using _ = device;
  device.bus.publication(topics.vaultmgr.VaultStatus).publish(
    "v",
    goVaultStatus.make({ Name: "Application Data Store", ConversionComplete: true, Status: 2 }),
  );
  const paths = {
    CertFilepath: "/v/c.pem",
    PrivateKeyFilepath: "/v/k.pem",
    CACertBundleFilepath: "/v/ca.pem",
  };
  device.bus.publication(topics.scepclient.EnrolledCertificateStatus).publish("corp", paths);
  const links = [{ ...linkOf("eth0"), kind: "bridge" }, { ...linkOf("keth0"), master: "eth0" }];
  wireless.apply([wired()], { ...network(), links });
  await until("802.1X runs", () => launched.some((line) => line.includes("-i keth0 ")));
  assertEquals(device.read("/run/nim/wpa_supplicant-eth0.conf"), undefined);
  await until("the port is published by its own name", () => wireless.published.has("eth0"));
  await wireless.idle;
});
