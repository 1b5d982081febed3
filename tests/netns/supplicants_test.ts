/** What nim gives to wpa_supplicant and wpa_cli, taken by the real ones. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { isAlive } from "../../services/pubsub/mod.ts";

import { pnacConf } from "../../services/nim/wireless/pnac_conf.ts";
import { parseSupplicantState } from "../../services/nim/wireless/pnac_status.ts";
import { launchProgram, Supplicants } from "../../services/nim/wireless/supplicants.ts";
import { wifiConf, type WifiNetwork } from "../../services/nim/wireless/wifi_conf.ts";
import { until } from "../site/until.ts";
import { runProgram } from "./command.ts";
import { makeLabFolder, type Namespace, Namespaces } from "./namespaces.ts";

const psk = "0123456789abcdef".repeat(4);
const hash = "0123456789abcdef".repeat(2);
const network = (some: Partial<WifiNetwork>): WifiNetwork => ({
  ssid: "lab",
  keyScheme: 1,
  priority: 0,
  identity: "",
  password: psk,
  ...some,
});

/** A namespace with both ends of a cable, and a folder for nim's files. */
async function withCable(work: (device: Namespace, folder: string) => Promise<void>): Promise<void> {
  await using namespaces = new Namespaces();
  const device = await namespaces.add("wpa");
  await device.ip("link add eth0 type veth peer name far0", "link set eth0 up", "link set far0 up");
  const folder = await makeLabFolder();
  try {
    await work(device, `${folder}/nim`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function supplicantsIn(device: Namespace, folder: string): Supplicants {
  return new Supplicants(
    folder,
    { run: (name, args) => runProgram(...device.command(name, args)) },
    (program, args) => launchProgram(...device.command(program, args)),
  );
}

const pidOf = (folder: string) => Number(Deno.readTextFileSync(`${folder}/wpa_supplicant-eth0.pid`));

Deno.test("wpa_supplicant takes the Wi-Fi configuration as it was meant, whatever the texts are", async () => {
  await withCable(async (device, folder) => {
    const supplicants = supplicantsIn(device, folder);
    const { text, refused } = wifiConf(
      [
        network({ ssid: 'a"\n}#', priority: 3 }),
        network({ ssid: "café", password: 'pass "w#w" word' }),
        network({ ssid: "eap", keyScheme: 2, identity: 'me"#', password: hash }),
        network({ ssid: "plain", keyScheme: 2, identity: "me", password: 'se"cret' }),
        network({ ssid: "open # network", keyScheme: 0 }),
      ],
      supplicants.controlFolder,
    );
    assertEquals(refused, []);
    // A veth has no radio: the configuration is what counts here.
    assertEquals(await supplicants.apply(new Map([["eth0", { kind: "wired", conf: text }]])), new Map());
    const ask = async (...words: string[]) =>
      (await device.run("wpa_cli", "-p", supplicants.controlFolder, "-i", "eth0", ...words)).trim();
    const get = (id: number, name: string) => ask("get_network", String(id), name);
    assertEquals(await Promise.all([0, 1, 2, 3, 4].map((id) => get(id, "ssid"))), [
      "61220a7d23",
      "636166c3a9",
      '"eap"',
      '"plain"',
      '"open # network"',
    ]);
    assertEquals(await Promise.all([0, 1, 2, 3, 4].map((id) => get(id, "key_mgmt"))), [
      "WPA-PSK",
      "WPA-PSK",
      "WPA-EAP",
      "WPA-EAP",
      "NONE",
    ]);
    assertEquals([await get(0, "priority"), await get(2, "identity"), await get(2, "phase2")], [
      "3",
      '"me"#"',
      '"auth=MSCHAPV2"',
    ]);
    const conf = Deno.statSync(`${folder}/wpa_supplicant-eth0.conf`);
    assertEquals((conf.mode ?? 0) & 0o777, 0o600);
    assertEquals(await supplicants.apply(new Map()), new Map());
  });
});

Deno.test("802.1X runs, the next nim finds it running, a change is taken in place, and it ends", async () => {
  await withCable(async (device, folder) => {
    const files = { caBundle: "/v/ca.pem", certificate: "/v/c.pem", privateKey: "/v/k.pem" };
    const first = supplicantsIn(device, folder);
    const wanted = (identity: string) =>
      new Map([["eth0", { kind: "wired" as const, conf: pnacConf(identity, files, first.controlFolder) }]]);
    assertEquals(await first.apply(wanted("dev")), new Map());
    const pid = pidOf(folder);
    await until(
      "the supplicant tries",
      async () => parseSupplicantState(await first.status("eth0")) === 2,
    );
    const second = supplicantsIn(device, folder);
    assertEquals(await second.apply(wanted("dev")), new Map());
    assertEquals(await second.apply(wanted("other")), new Map());
    assertEquals(pidOf(folder), pid);
    const identity = ["-p", first.controlFolder, "-i", "eth0", "get_network", "0", "identity"];
    assertStringIncludes(await device.run("wpa_cli", ...identity), '"other"');
    assertEquals(await first.apply(new Map()), new Map());
    await until("the supplicant has ended", () => !isAlive(pid));
    assertEquals(
      [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
        name.startsWith("wpa_supplicant-")
      ),
      [],
    );
  });
});

Deno.test("what wpa_cli sees is written to the state file by the generated script", async () => {
  await withCable(async (device, folder) => {
    const supplicants = supplicantsIn(device, folder);
    const conf = `ctrl_interface=${supplicants.controlFolder}\nap_scan=0\nnetwork={\n\tkey_mgmt=NONE\n}\n`;
    assertEquals(supplicants.state("eth0"), undefined);
    assertEquals(await supplicants.apply(new Map([["eth0", { kind: "wired", conf }]])), new Map());
    for (const [command, isConnected] of [["reassociate", true], ["disconnect", false]] as const) {
      await until(`the event after ${command}`, async () => {
        await device.run("wpa_cli", "-p", supplicants.controlFolder, "-i", "eth0", command);
        return supplicants.state("eth0")?.isConnected === isConnected;
      });
    }
    await supplicants.apply(new Map());
    assertEquals(supplicants.state("eth0"), undefined);
  });
});

Deno.test("an interface that is not there, a name that is none, and a configuration that is wrong are told, no secret with them", async () => {
  await withCable(async (device, folder) => {
    const supplicants = supplicantsIn(device, folder);
    const bad = `ctrl_interface=${supplicants.controlFolder}\nnetwork={\n\tpsk="geheim"\n}\n`;
    const failing = await supplicants.apply(
      new Map([
        ["../x", { kind: "wired", conf: "" }],
        ["eth9", { kind: "wired", conf: "" }],
        ["eth0", { kind: "wifi", conf: bad }],
      ]),
    );
    assertEquals([...failing.keys()], ["../x", "eth9", "eth0"]);
    assertStringIncludes(failing.get("../x") ?? "", "expected the name of an interface");
    assertStringIncludes(failing.get("eth9") ?? "", "wpa_supplicant for eth9 ended with 255");
    assertEquals([...failing.values()].join().includes("geheim"), false);
  });
});
