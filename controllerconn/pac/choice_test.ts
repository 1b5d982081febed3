import { assertEquals } from "@std/assert";
import { MAX_CHOICES, type PacChoice, parsePacResult } from "./choice.ts";

const direct: PacChoice = { kind: "direct" };
const proxy = (scheme: "http" | "https" | "socks5", host: string, port: number): PacChoice => ({
  kind: "proxy",
  scheme,
  host,
  port,
});

Deno.test("every keyword, with and without a port", () => {
  const table: [string, PacChoice][] = [
    ["DIRECT", direct],
    ["PROXY p.example:3128", proxy("http", "p.example", 3128)],
    ["PROXY p.example", proxy("http", "p.example", 80)],
    ["HTTP 10.0.0.1:8080", proxy("http", "10.0.0.1", 8080)],
    ["HTTPS p.example", proxy("https", "p.example", 443)],
    ["HTTPS p.example:8443", proxy("https", "p.example", 8443)],
    ["SOCKS p.example", proxy("socks5", "p.example", 1080)],
    ["SOCKS5 p_1.example:65535", proxy("socks5", "p_1.example", 65535)],
    ["PROXY [fd00::1]:3128", proxy("http", "fd00::1", 3128)],
    ["PROXY [fd00::1]", proxy("http", "fd00::1", 80)],
    ["proxy p.example:1", proxy("http", "p.example", 1)],
  ];
  for (const [result, choice] of table) assertEquals(parsePacResult(result), [choice], result);
});

Deno.test("a list keeps its order, whatever the spaces", () => {
  const expected = [proxy("http", "a", 1), proxy("https", "b", 2), proxy("socks5", "c", 3), direct];
  assertEquals(parsePacResult("PROXY a:1; HTTPS b:2; SOCKS c:3; DIRECT"), expected);
  assertEquals(parsePacResult(" \tPROXY   a:1;HTTPS\tb:2 ;\n;; SOCKS5 c:3;direct ; "), expected);
});

Deno.test("malformed parts are left out", () => {
  const wrong = [
    "PROXY",
    "PROXY :8080",
    "PROXY a:0",
    "PROXY a:65536",
    "PROXY a:b",
    "PROXY a:",
    "PROXY a:1 b:2",
    "PROXY fd00::1",
    "PROXY [fd00::1",
    "PROXY [a]:80",
    "PROXY []:80",
    "PROXY http://a:80",
    "PROXY user:password@a:80",
    "PROXY a/b:80",
    "PROXY -a:80",
    "SOCKS4 a:1080",
    "QUIC a:443",
    "DIRECT a:1",
    "constructor a:1",
    `PROXY ${"a".repeat(254)}:80`,
  ];
  for (const part of wrong) {
    assertEquals(parsePacResult(`${part}; PROXY good:1`), [proxy("http", "good", 1)], part);
  }
});

Deno.test("a result without a usable part means direct", () => {
  for (const result of ["", " ", ";", "null", "undefined", "PROXY", "one", "\u0000", "PROXY :8080"]) {
    assertEquals(parsePacResult(result), [direct], result);
  }
});

Deno.test("a result of thousands of proxies is cut", () => {
  const choices = parsePacResult("PROXY a:1;".repeat(6000));
  assertEquals(choices.length, MAX_CHOICES);
});
