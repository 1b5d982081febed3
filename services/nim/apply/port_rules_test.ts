import { assertEquals } from "@std/assert";
import { desiredRules, type Rule, ruleChanges } from "./port_rules.ts";

const kernel: readonly Rule[] = [4, 6].flatMap((family) => [
  { family: family === 4 ? 4 : 6, priority: 0, from: "all", table: 255 },
  { family: family === 4 ? 4 : 6, priority: 32_766, from: "all", table: 254 },
]);
const appNat: Rule = { family: 4, priority: 11_000, from: "10.1.0.0/16", table: 801 };
const wanted = desiredRules([
  { ifIndex: 2, addresses: ["192.168.1.10", "fe80::1"] },
  { ifIndex: 3, addresses: ["10.0.0.5", "172.16.0.9"], onlyAddress: "172.16.0.9" },
]);
const text = (changes: readonly (readonly string[])[]) => changes.map((words) => words.join(" "));

Deno.test("rules: the local table at 12000, each address at 15000 to 500 + ifindex; the kernel's rule goes last", () => {
  assertEquals(text(ruleChanges([...kernel, appNat], wanted)), [
    "-4 rule add from all table 255 priority 12000",
    "-6 rule add from all table 255 priority 12000",
    "-4 rule add from 192.168.1.10/32 table 502 priority 15000",
    "-6 rule add from fe80::1/128 table 502 priority 15000",
    "-4 rule add from 172.16.0.9/32 table 503 priority 15000",
    "-4 rule del from all table 255 priority 0",
    "-6 rule del from all table 255 priority 0",
  ]);
});

Deno.test("rules: what is there already is kept; an address that went takes its rule along, another's rule stays", () => {
  assertEquals(ruleChanges([...wanted, appNat], wanted), []);
  const less = desiredRules([{ ifIndex: 2, addresses: ["192.168.1.10"] }]);
  assertEquals(text(ruleChanges([...wanted, appNat], less)), [
    "-6 rule del from fe80::1/128 table 502 priority 15000",
    "-4 rule del from 172.16.0.9/32 table 503 priority 15000",
  ]);
});
