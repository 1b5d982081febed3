import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import wasm from "./quickjs_wasm.js";
import { type LookUp, type PacJob, runPac } from "./sandbox.ts";

const job: PacJob = {
  pacText: "",
  url: "https://host.example.com:8443/path?x=1",
  host: "host.example.com:8443",
  now: Date.UTC(2026, 10, 25, 17, 30),
  myIpAddress: "10.10.5.7",
};

const names: Record<string, readonly string[]> = {
  "both.example": ["fd00::1", "192.0.2.1", "192.0.2.2"],
  "six.example": ["fd00::1"],
};

async function run(
  pacText: string,
  overrides: Partial<PacJob> = {},
  lookUp: LookUp = (host) => names[host] ?? [],
) {
  return (await runPac(wasm, { ...job, pacText, ...overrides }, lookUp)).outcome;
}

/** What an expression comes to inside the PAC file, as text. */
async function value(expression: string, lookUp?: LookUp): Promise<string> {
  const outcome = await run(
    `function FindProxyForURL(url, host) { return String(${expression}) }`,
    {},
    lookUp,
  );
  return `${outcome.kind === "result" ? "" : `${outcome.kind}: `}${outcome.text}`;
}

Deno.test("every function, with ordinary and odd arguments", async () => {
  const table: [string, string][] = [
    ["url + ' ' + host", `${job.url} ${job.host}`],
    ["isPlainHostName('www')", "true"],
    ["isPlainHostName('www.a')", "false"],
    ["isPlainHostName()", "true"],
    ["isPlainHostName(null)", "true"],
    ["isPlainHostName(1.5)", "false"],
    ["dnsDomainIs('www.a.b', '.a.b')", "true"],
    ["dnsDomainIs('www.a.b', 'x')", "false"],
    ["dnsDomainIs('www.a.b')", "false"],
    ["localHostOrDomainIs('www', 'www.a.b')", "true"],
    ["localHostOrDomainIs('www.c', 'www.a.b')", "false"],
    ["localHostOrDomainIs('www')", "false"],
    ["dnsDomainLevels('www.a.b')", "2"],
    ["dnsDomainLevels()", "0"],
    ["typeof dnsDomainLevels('www.a.b')", "number"],
    ["isResolvable('both.example')", "true"],
    ["isResolvable('six.example')", "false"],
    ["isResolvable('no.example')", "false"],
    ["isResolvable('10.0.0.1')", "true"],
    ["isResolvable('')", "false"],
    ["dnsResolve('both.example')", "192.0.2.1"],
    ["dnsResolve('10.0.0.1')", "10.0.0.1"],
    ["dnsResolve('six.example') === ''", "true"],
    ["dnsResolve('no.example') === ''", "true"],
    ["dnsResolve() === ''", "true"],
    ["isInNet('both.example', '192.0.2.0', '255.255.255.0')", "true"],
    ["isInNet('both.example', '192.0.3.0', '255.255.255.0')", "false"],
    ["isInNet('10.1.2.3', '10.0.0.0', '255.0.0.0')", "true"],
    ["isInNet('no.example', '0.0.0.0', '0.0.0.0')", "false"],
    ["isInNet('10.1.2.3')", "false"],
    ["isInNet(myIpAddress(), '10.10.5.0', '255.255.255.0')", "true"],
    ["myIpAddress()", "10.10.5.7"],
    ["shExpMatch('www.abc.com', '(*.abc.com|abc.com)')", "true"],
    ["shExpMatch('abc.com', '(*.abc.com|abc.com)')", "true"],
    ["shExpMatch('abcxcom', 'abc.com')", "false"],
    ["shExpMatch('http://a.b/c', 'http:*')", "true"],
    ["shExpMatch('a', '(')", "false"],
    ["shExpMatch('a', '[')", "false"],
    ["shExpMatch('a')", "false"],
    ["shExpMatch()", "true"],
    ["shExpMatch('zürich', 'z?rich')", "true"],
    ["weekdayRange('WED', 'GMT')", "true"],
    ["weekdayRange('THU', 'SAT', 'GMT')", "false"],
    ["weekdayRange()", "false"],
    ["weekdayRange({})", "false"],
    ["dateRange(25, 'NOV', 2026, 'GMT')", "true"],
    ["dateRange(1, 'JAN', 31, 'MAR', 'GMT')", "false"],
    ["dateRange('25', 'GMT')", "true"],
    ["timeRange(17, 'GMT')", "true"],
    ["timeRange(17, 31, 18, 0, 'GMT')", "false"],
    ["timeRange(undefined)", "false"],
    ["alert('text')", "undefined"],
    ["new Date().getTime()", String(job.now)],
    ["typeof convert", "undefined"],
  ];
  for (const [expression, expected] of table) assertEquals(await value(expression), expected, expression);
});

Deno.test("an argument that throws when it is read throws in the file, and there alone", async () => {
  const odd = [
    "Symbol()",
    "{ toString() { throw 1 } }",
    "Object.create(null)",
    "{ toString: null, valueOf: null }",
  ];
  for (const argument of odd) {
    const caught =
      `(function () { try { isPlainHostName(${argument}); return 'no' } catch { return 'caught' } })()`;
    assertEquals(await value(caught), "caught", argument);
    assertStringIncludes(await value(`shExpMatch(${argument}, 'a')`), "threw: ", argument);
  }
});

Deno.test("FindProxyForURL may be declared in any way", async () => {
  for (
    const pac of [
      "function FindProxyForURL(url, host) { return 'DIRECT' }",
      "FindProxyForURL = function () { return 'DIRECT' }",
      "const FindProxyForURL = () => 'DIRECT'",
      "\ufefffunction FindProxyForURL() { return 'DIRECT' }",
      "// ä 漢 😀\r\nvar FindProxyForURL = new Function('return \"DIRECT\"')",
    ]
  ) {
    assertEquals(await run(pac), { kind: "result", text: "DIRECT" }, pac);
  }
});

Deno.test("what goes wrong in a PAC file has its kind", async () => {
  const table: [string, string, string][] = [
    ["function FindProxyForURL(", "syntax", "SyntaxError"],
    ["<html>", "syntax", "SyntaxError"],
    ["import 'x'", "syntax", "SyntaxError"],
    ["", "no-function", ""],
    ["var FindProxyForURL = 1", "no-function", ""],
    ["eval('(')", "threw", "SyntaxError"],
    ["throw 'at load'", "threw", "at load"],
    [
      "function FindProxyForURL(url, host) { throw 'text ' + url + ' ' + host }",
      "threw",
      `text ${job.url} ${job.host}`,
    ],
    ["function FindProxyForURL() { throw new Error('text') }", "threw", "Error: text"],
    ["function FindProxyForURL() { throw null }", "threw", ""],
    [
      "function FindProxyForURL() { throw { get message() { throw 1 }, toString() { throw 2 } } }",
      "threw",
      "",
    ],
    ["function FindProxyForURL() { return missing }", "threw", "missing"],
    ["function FindProxyForURL() {}", "bad-result", "undefined"],
    ["function FindProxyForURL() { return null }", "bad-result", "null"],
    ["function FindProxyForURL() { return 1 }", "bad-result", "number"],
    ["function FindProxyForURL() { return ['DIRECT'] }", "bad-result", "object"],
    ["async function FindProxyForURL() { return 'DIRECT' }", "bad-result", "object"],
    ["function FindProxyForURL() { return { toString() { return 'DIRECT' } } }", "bad-result", "object"],
    ["function FindProxyForURL() { return 'PROXY a:1;'.repeat(10000) }", "bad-result", "100000 characters"],
  ];
  for (const [pac, kind, text] of table) {
    const outcome = await run(pac);
    assertEquals(outcome.kind, kind, `${pac} ${outcome.text}`);
    assertStringIncludes(outcome.text, text, pac);
    assert(outcome.text.length <= 300, pac);
  }
});

Deno.test("a name is asked for once, and not without end", async () => {
  const asked: string[] = [];
  const lookUp = (host: string) => (asked.push(host), ["192.0.2.1"]);
  assertEquals(
    await value("dnsResolve('a') + isResolvable('a') + isInNet('a', '192.0.2.1', '255.255.255.255')", lookUp),
    "192.0.2.1truetrue",
  );
  assertEquals(asked, ["a"]);
  asked.length = 0;
  const many = "Array.from({ length: 1000 }, (_, i) => dnsResolve('n' + i)).filter(Boolean).length";
  assertEquals(await value(many, lookUp), "64");
  assertEquals(asked.length, 64);
  assertEquals(await value("dnsResolve('x'.repeat(254)) === ''", lookUp), "true");
});

Deno.test("memory and stack are limited, and the process lives", async () => {
  const hostile = [
    "function f() { f() } f()",
    "var o = { toString: function () { return isPlainHostName(o) } }; isPlainHostName(o)",
    "var o = { toString: function () { return '' + shExpMatch(o, o) } }; shExpMatch(o, o)",
    "var a = []; for (;;) a.push(new Array(1000).fill({}))",
    "var s = 'x'; for (;;) s += s",
    "var a = []; for (var i = 0; ; i++) a.push(('x' + i).repeat(2e6))",
    "var a = Array.from({ length: 3e7 }, function (_, i) { return -i }); a.sort()",
    "Math.max.apply(null, new Array(2e7).fill(0))",
    "var b = 1n << (1n << 28n); var a = []; for (;;) a.push(b++)",
    "new Uint8Array(1e9).fill(1)",
    "var a = []; for (;;) a.push(new ArrayBuffer(1e6))",
    "JSON.parse('['.repeat(1e6))",
    "shExpMatch('x', 'x'.repeat(2e7)); throw 1",
    "dnsResolve('x'.repeat(3e7) + 'y'); throw 1",
    "throw 'x'.repeat(2e7)",
    "RegExp('(a|b|c){1,1000}'.repeat(1000)).test('abc'); throw 1",
    "eval('x'.repeat(1e7)); throw 1",
    "eval('('.repeat(1e6)); throw 1",
  ];
  for (const text of hostile) {
    const outcome = await run(`function FindProxyForURL() { ${text} }`);
    assertEquals(outcome.kind, "threw", `${text}: ${outcome.kind} ${outcome.text}`);
  }
  assertEquals(await value("1 + 1"), "2");
});

Deno.test("nothing of the runtime is in reach", async () => {
  const names = [
    ..."Deno process require fetch Worker WebSocket WebAssembly XMLHttpRequest postMessage close self".split(
      " ",
    ),
    ..."onmessage navigator caches localStorage crypto setTimeout EventSource BroadcastChannel module std os"
      .split(" "),
    ..."console importScripts Buffer global".split(" "),
  ];
  for (const name of names) {
    assertEquals(await value(`typeof ${name}`), "undefined", name);
    for (const from of ["this", "isPlainHostName", "[]", "alert", "(0, eval)"]) {
      const escape = `${from}.constructor.constructor('return typeof ${name}')()`;
      assertEquals(await value(escape), "undefined", escape);
    }
  }
  for (
    const specifier of [
      "file:///etc/passwd",
      "https://example.com/x.js",
      "node:fs",
      "data:text/javascript,1",
      "std",
    ]
  ) {
    const pac =
      `var got = 'pending'; var p = import('${specifier}').then(() => got = 'loaded', () => got = 'refused');`;
    const outcome = await run(`${pac} function FindProxyForURL() { return got }`);
    assertEquals(outcome, { kind: "result", text: "pending" }, specifier);
  }
});

Deno.test("built-in objects changed by the file change nothing outside", async () => {
  const pac = `
    var evil = function () { throw 'evil' };
    var types = [Array, String, RegExp, Object, Function, Number, Boolean, Promise, Map];
    var namesOf = Object.getOwnPropertyNames;
    for (var t = 0; t < types.length; t++) {
      var names = namesOf(types[t].prototype);
      for (var n = 0; n < names.length; n++) {
        if (names[n] !== 'constructor') try { types[t].prototype[names[n]] = evil } catch (e) {}
      }
    }
    JSON.parse = JSON.stringify = evil;
    globalThis.isPlainHostName = evil;
    function FindProxyForURL(url, host) { return dnsResolve(host) }`;
  const outcome = await run(pac, { host: "both.example" });
  assertEquals(outcome, { kind: "result", text: "192.0.2.1" });
  assertEquals(await value("[1, 2].map(String).join(' ') + isPlainHostName('a')"), "1 2true");
});

Deno.test("nothing stays from one run to the next", async () => {
  const counting = `
    var count = globalThis.count = (globalThis.count || 0) + 1;
    Object.prototype.seen = (Object.prototype.seen || 0) + 1;
    function FindProxyForURL() { return count + ' ' + ({}).seen }`;
  for (let i = 0; i < 3; i++) assertEquals(await run(counting), { kind: "result", text: "1 1" });
});
