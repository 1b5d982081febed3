import { assertEquals } from "@std/assert";
import { maskOf } from "./ports.ts";
import { parseResolvConf } from "./resolv_conf.ts";

Deno.test("masks", () => {
  assertEquals(maskOf("10.0.0.1", 20), new Uint8Array([255, 255, 240, 0]));
  assertEquals(maskOf("fe80::1", 64), new Uint8Array([...Array(8).fill(255), ...Array(8).fill(0)]));
});

Deno.test("resolv.conf: three servers at most, addresses only, search wins over domain", () => {
  const text =
    "# x\ndomain a\nsearch b.c d\nnameserver 10.0.0.1\nnameserver nonsense\nnameserver fe80::1%eth0\n" +
    "nameserver 10.0.0.2\nnameserver 10.0.0.3\n";
  assertEquals(parseResolvConf(text), {
    nameservers: ["10.0.0.1", "fe80::1", "10.0.0.2"],
    domain: "b.c.",
    domains: ["b.c.", "d."],
  });
  assertEquals(parseResolvConf(""), { nameservers: [], domain: "", domains: [] });
});
