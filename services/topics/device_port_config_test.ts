/** DevicePortConfig as people, shells and Go write it. */
import { assertEquals } from "@std/assert";
import { zeroTime } from "./go_time.ts";
import { topics } from "./table.ts";

const { codec } = topics.global.DevicePortConfig;

Deno.test("[nim#1] names in any case, null lists and an empty gateway are read, legacy names ignored", () => {
  const value = codec.decode(`{"version": 1, "Name": "x", "NtpServer": "1.2.3.4", "ports": [
    {"IFNAME": "eth0", "ismgmt": true, "Dhcp": 4, "Gateway": "", "dnsservers": null, "NtpServer": "1.2.3.4",
     "ProxyCertPEM": ["AQID"], "SharedLabels": null}]}`);
  const port = value.Ports?.[0];
  assertEquals(value.Version, 1);
  assertEquals([port?.IfName, port?.IsMgmt, port?.Dhcp, port?.Gateway], ["eth0", true, 4, ""]);
  assertEquals([port?.DNSServers, port?.SharedLabels, port?.NTPServers], [null, null, null]);
  assertEquals(port?.["pubsub-large-ProxyCertPEM"], null);
  for (const name of ['"Name"', '"NtpServer"', '"ProxyCertPEM"']) {
    assertEquals(codec.encode(value).includes(name), false, name);
  }
});

Deno.test("[nim#2] a missing CurrentIndex means 0, -1 is written", () => {
  const list = topics.nim.DevicePortConfigList.codec;
  assertEquals(list.decode("{}").CurrentIndex, 0);
  assertEquals(list.encode({ CurrentIndex: 0, PortConfigList: null }), "{}");
  assertEquals(list.encode({ CurrentIndex: -1, PortConfigList: [] }), '{"CurrentIndex":-1}');
});

Deno.test("TimePriority with 9 fraction digits survives decoding and encoding", () => {
  const text = codec.encode(codec.decode('{"TimePriority":"2026-08-22T10:00:00.123456789Z"}'));
  assertEquals(JSON.parse(text).TimePriority, "2026-08-22T10:00:00.123456789Z");
});

Deno.test("[nim#4] a zero time is never an empty string, mask /24 is ////AA==, a MAC is base64", () => {
  const written = JSON.parse(codec.encode(codec.decode("{}")));
  assertEquals([written.TimePriority, written.LastFailed, written.LastIPAndDNS], [
    zeroTime,
    zeroTime,
    zeroTime,
  ]);
  const dns = topics.nim.DeviceNetworkStatus.codec;
  const text = '{"Ports":[{"IPv4Subnet":{"IP":"192.168.1.0","Mask":"////AA=="},"MacAddr":"UlQAEjRW"}]}';
  const value = dns.decode(text).Ports?.[0];
  assertEquals(value?.IPv4Subnet?.Mask, Uint8Array.of(255, 255, 255, 0));
  assertEquals(value?.MacAddr, Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56));
  const port = JSON.parse(dns.encode(dns.decode(text))).Ports[0];
  assertEquals([port.IPv4Subnet.Mask, port.MacAddr], ["////AA==", "UlQAEjRW"]);
});

Deno.test("the smallest useful override.json of nim.md §5.3 is read", () => {
  const value = codec.decode(
    '{"Version":1,"TimePriority":"2021-05-20T22:13:31Z","Ports":[{"IfName":"eth0","IsMgmt":true,"Dhcp":4}]}\n',
  );
  assertEquals(value.Ports?.[0]?.IfName, "eth0");
  assertEquals(value.Key, "");
});
