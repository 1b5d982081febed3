/** When credentials are opened, told and forgotten. */
import { assertEquals } from "@std/assert";
import {
  type CipherBlockStatus,
  goNetworkPortConfig,
  goWifiConfig,
  type NetworkPortConfig,
  type WifiConfig,
} from "../../topics/mod.ts";
import { WifiSecrets } from "./wifi_secrets.ts";

const now = "2026-08-22T10:00:00Z";
const wifi = (SSID: string, some: Partial<WifiConfig> = {}) =>
  goWifiConfig.make({ SSID, KeyScheme: 1, IsCipher: true, CipherBlockID: `block-${SSID}`, ...some });
const port = (...Wifi: WifiConfig[]): NetworkPortConfig => {
  const zero = goNetworkPortConfig.zero();
  return { ...zero, Logicallabel: "wlan", WirelessCfg: { ...zero.WirelessCfg, WType: 2, Wifi } };
};

function secrets() {
  const told: string[] = [];
  const opened: string[] = [];
  const answers: { works: boolean } = { works: false };
  const value = new WifiSecrets({
    now: () => now,
    open: ({ CipherBlockID }) => {
      opened.push(CipherBlockID);
      return answers.works
        ? Promise.resolve({ wifiUserName: "me", wifiPassword: "geheim" })
        : Promise.reject(new Error("no certificate"));
    },
    publish: (key: string, { Error }: CipherBlockStatus) => told.push(`${key}: ${Error}`),
    warn: (text) => told.push(text),
  });
  return { value, told, opened, answers };
}

Deno.test("a block that can't be opened is tried each time and told once; opened, it is kept", async () => {
  const { value, told, opened, answers } = secrets();
  const ports = port(wifi("a", { Password: "clear" }));
  for (let time = 0; time < 3; time++) {
    assertEquals((await value.networksOf(ports)).map(({ password }) => password), ["clear"]);
  }
  assertEquals([opened.length, told], [3, [
    'Wi-Fi "a": no certificate; the credentials in the clear are used',
    "block-a: no certificate",
  ]]);
  answers.works = true;
  for (let time = 0; time < 2; time++) {
    const [network] = await value.networksOf(ports);
    assertEquals([network?.identity, network?.password, network?.ssid], ["me", "geheim", "a"]);
  }
  assertEquals([opened.length, told.slice(2)], [4, ["block-a: "]]);
  assertEquals([value.counts.FailureCount, value.counts.SuccessCount], [1, 1]);
  assertEquals(told.join().includes("geheim"), false);
});

Deno.test("a changed network is opened anew; a forgotten port is too", async () => {
  const { value, opened, answers } = secrets();
  answers.works = true;
  await value.networksOf(port(wifi("a")));
  await value.networksOf(port(wifi("a", { Priority: 1 })));
  value.keepOnly([port(wifi("a"))]);
  await value.networksOf(port(wifi("a", { Priority: 1 })));
  assertEquals(opened.length, 2);
  value.keepOnly([]);
  await value.networksOf(port(wifi("a", { Priority: 1 })));
  assertEquals(opened.length, 3);
});
