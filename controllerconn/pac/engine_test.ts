import { assertEquals, assertLess, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import type { PacChoice } from "./choice.ts";
import { PacEngine, type PacSurroundings, workerOptions } from "./engine.ts";
import { MAX_PAC_BYTES, PacError, type PacErrorKind } from "./error.ts";

const direct: PacChoice = { kind: "direct" };
const http = (host: string, port: number): PacChoice => ({ kind: "proxy", scheme: "http", host, port });

const names: Record<string, readonly string[]> = {
  "google.com": ["fd00::8", "192.0.2.8"],
  "abcdomain.com": ["192.0.2.9"],
  "internal.example": ["10.3.2.1"],
};

const surroundings: PacSurroundings = {
  resolve: async (host) => await Promise.resolve(names[host] ?? []),
  myIpAddress: "192.0.2.77",
  now: () => Date.UTC(2026, 10, 25, 17, 30),
  // The machine may be busy with other things.
  timeLimitMs: 20_000,
  lookupLimitMs: 20_000,
  signal: new AbortController().signal,
};

function find(
  engine: PacEngine,
  pac: string,
  overrides: Partial<PacSurroundings> = {},
  url = "http://a.b/x",
) {
  return engine.findProxyForURL(pac, url, new URL(url).host, { ...surroundings, ...overrides });
}

async function failure(running: Promise<unknown>, kind: PacErrorKind): Promise<string> {
  const error = await assertRejects(() => running, PacError);
  assertEquals((error as PacError).kind, kind, String(error));
  return (error as PacError).message;
}

const loop = "function FindProxyForURL() { for (;;); }";

Deno.test("[controllerconn#22] PAC: the cases that EVE's own test has for its PAC runner", async () => {
  using engine = new PacEngine();
  const intranet = `function FindProxyForURL(url, host) {
    if (dnsDomainIs(host, ".intranet.domain.com") || shExpMatch(host, "(*.abcdomain.com|abcdomain.com)")) return "DIRECT";
    if (url.substring(0, 4) == "ftp:" || shExpMatch(url, "http://abcdomain.com/folder/*")) return "DIRECT";
    if (isPlainHostName(host) || shExpMatch(host, "*.local") ||
        isInNet(dnsResolve(host), "10.0.0.0", "255.0.0.0") ||
        isInNet(dnsResolve(host), "172.16.0.0", "255.240.0.0") ||
        isInNet(dnsResolve(host), "192.168.0.0", "255.255.0.0") ||
        isInNet(dnsResolve(host), "127.0.0.0", "255.255.255.0")) return "DIRECT";
    if (isInNet(myIpAddress(), "10.10.5.0", "255.255.255.0")) return "PROXY 1.2.3.4:8080";
    return "PROXY 4.5.6.7:8080; PROXY 7.8.9.10:8080";
  }`;
  const exampleCom = `function FindProxyForURL(url, host) {
    if (shExpMatch(host, "*.example.com")) return "DIRECT";
    if (isInNet(host, "10.0.0.0", "255.255.248.0")) return "PROXY fastproxy.example.com:8080";
    return "PROXY proxy.example.com:8080; DIRECT";
  }`;
  const resolving =
    `function FindProxyForURL(url, host) { ip = dnsResolve(host); return "PROXY " + ip + ":8080"; }`;
  const both = [http("4.5.6.7", 8080), http("7.8.9.10", 8080)];
  const table: [string, string, readonly PacChoice[]][] = [
    [intranet, "http://www.intranet.domain.com/", [direct]],
    [intranet, "http://abcdomain.com", [direct]],
    [intranet, "http://www.abcdomain.com", [direct]],
    [intranet, "ftp://mydomain.com/x/", [direct]],
    [intranet, "http://a.local/x/", [direct]],
    [intranet, "http://plain/x/", [direct]],
    [intranet, "http://10.1.2.3/", [direct]],
    [intranet, "http://172.16.1.2/x/", [direct]],
    [intranet, "http://192.168.1.2/x/", [direct]],
    [intranet, "http://127.0.0.5/x/", [direct]],
    [intranet, "http://internal.example/x/", [direct]],
    [intranet, "http://google.com/x", both],
    [exampleCom, "http://foobar.example.com/x", [direct]],
    [exampleCom, "http://10.0.0.10/x", [http("fastproxy.example.com", 8080)]],
    [exampleCom, "http://129.35.213.31/x", [http("proxy.example.com", 8080), direct]],
    [resolving, "http://google.com/", [http("192.0.2.8", 8080)]],
    [resolving, "http://this.domain.does.not.exist/", [direct]],
  ];
  for (const [pac, url, choices] of table) assertEquals(await find(engine, pac, {}, url), choices, url);
  assertEquals(
    await find(engine, intranet, { myIpAddress: "10.10.5.9" }, "http://google.com/x"),
    [http("1.2.3.4", 8080)],
  );
  for (const thrown of ["'testing'", "new Error('testing')"]) {
    const pac = `function FindProxyForURL(url, host) { throw ${thrown} }`;
    assertStringIncludes(await failure(find(engine, pac), "threw"), "testing");
  }
});

Deno.test("PAC: url and host arrive as they are given", async () => {
  using engine = new PacEngine();
  const pac = `function FindProxyForURL(url, host) {
    return url === "https://C.example:8443/path?q=1#x" && host === "C.example:8443" ? "PROXY ok:1" : "DIRECT"; }`;
  const choices = engine.findProxyForURL(
    pac,
    "https://C.example:8443/path?q=1#x",
    "C.example:8443",
    surroundings,
  );
  assertEquals(await choices, [http("ok", 1)]);
});

Deno.test("PAC: an endless loop ends, and the next evaluation is served", async () => {
  using engine = new PacEngine();
  const endless = [
    loop,
    "for (;;);",
    "function FindProxyForURL() { return /(a+)+$/.test('a'.repeat(60) + 'b') ? '' : 'DIRECT' }",
    "function FindProxyForURL() { return shExpMatch('a'.repeat(60) + 'b', '(a+)+') ? '' : 'DIRECT' }",
    "function FindProxyForURL() { for (;;) try { FindProxyForURL() } catch (e) {} }",
    "function FindProxyForURL() { for (;;) alert('x') }",
    "function FindProxyForURL() { for (;;) dnsResolve('google.com') }",
    "function FindProxyForURL() { throw { toString() { for (;;); } } }",
    "function FindProxyForURL() { throw { get message() { for (;;); } } }",
    "function FindProxyForURL() { isPlainHostName({ toString() { for (;;); } }) }",
  ];
  for (const pac of endless) {
    assertStringIncludes(await failure(find(engine, pac, { timeLimitMs: 200 }), "timeout"), "200 ms", pac);
  }
  assertEquals(await find(engine, "function FindProxyForURL() { return 'DIRECT' }"), [direct]);
});

Deno.test("PAC: the main thread goes on while a file loops, and other files are served", async () => {
  using engine = new PacEngine();
  const { timeLimitMs: _, ...withDefaultLimit } = surroundings;
  const looping = failure(engine.findProxyForURL(loop, "http://a/", "a", withDefaultLimit), "timeout");
  const served: PacChoice[] = [];
  const other = "function FindProxyForURL() { return 'PROXY p:1' }";
  for (let i = 0; i < 5; i++) served.push(...await find(engine, other));
  assertEquals(served, Array(5).fill(http("p", 1)));
  assertStringIncludes(await looping, "1000 ms");
});

Deno.test("PAC: lookups do not count as running, and have their own limit", async () => {
  using engine = new PacEngine();
  const pac = `function FindProxyForURL() {
    return 'PROXY ' + (dnsResolve('slow') || 'none') + ':1; PROXY ' + (dnsResolve('next') || 'none') + ':2' }`;
  const slow = {
    timeLimitMs: 300,
    resolve: (host: string) =>
      new Promise<readonly string[]>((done) =>
        setTimeout(() => done(["192.0.2.1"]), host === "slow" ? 600 : 0)
      ),
  };
  assertEquals(await find(engine, pac, slow), [http("192.0.2.1", 1), http("192.0.2.1", 2)]);
  const never = { resolve: () => new Promise<readonly string[]>(() => {}), lookupLimitMs: 50 };
  assertEquals(await find(engine, pac, never), [http("none", 1), http("none", 2)]);
});

Deno.test("PAC: a resolver that fails means not resolvable", async () => {
  using engine = new PacEngine();
  const pac = "function FindProxyForURL() { return isResolvable('x') ? 'PROXY yes:1' : 'PROXY no:1' }";
  const rejects = () => Promise.reject(new Error("SERVFAIL"));
  const throws = () => {
    throw new Error("broken");
  };
  const odd = async () => await Promise.resolve(["", "nonsense", "漢".repeat(5000), "x".repeat(5000)]);
  for (const resolve of [rejects, throws, odd]) {
    assertEquals(await find(engine, pac, { resolve }), [http("no", 1)]);
  }
  const many = async () => await Promise.resolve([...Array(1000).fill("fd00::1"), "192.0.2.1"]);
  assertEquals(await find(engine, pac, { resolve: many }), [http("no", 1)], "cut");
  const few = async () => await Promise.resolve(["fd00::1", "192.0.2.1"]);
  assertEquals(await find(engine, pac, { resolve: few }), [http("yes", 1)]);
});

Deno.test("PAC: every failure has its kind, and malformed results mean direct", async () => {
  using engine = new PacEngine();
  const returning = (value: string) => `function FindProxyForURL() { return ${value} }`;
  const table: [string, PacErrorKind][] = [
    ["function (", "syntax"],
    ["var x = 1", "no-function"],
    [returning("missing"), "threw"],
    [returning("null"), "bad-result"],
    [returning("undefined"), "bad-result"],
    [returning("17"), "bad-result"],
    [returning("'x'.repeat(65537)"), "bad-result"],
    [`// ${"x".repeat(MAX_PAC_BYTES)}`, "too-large"],
    [`// ${"漢".repeat(MAX_PAC_BYTES / 3)}`, "too-large"],
  ];
  for (const [pac, kind] of table) await failure(find(engine, pac), kind);
  for (const value of ["''", "'PROXY'", "'null'", "' ; '", "'x'.repeat(65536)"]) {
    assertEquals(await find(engine, returning(value)), [direct], value);
  }
  const large = `${returning("'PROXY large:1'")} // ${"x".repeat(MAX_PAC_BYTES - 100)}`;
  assertEquals(await find(engine, large), [http("large", 1)]);
});

Deno.test("PAC: aborting and closing end a run at once, also in the middle of a lookup", async () => {
  using engine = new PacEngine();
  const hanging = "function FindProxyForURL() { return 'PROXY ' + dnsResolve('x') + ':1' }";
  for (const pac of [loop, hanging]) {
    const controller = new AbortController();
    const asked = Promise.withResolvers<void>();
    const resolve = () => {
      asked.resolve();
      return new Promise<readonly string[]>(() => {});
    };
    const limits = { signal: controller.signal, resolve, timeLimitMs: 60_000, lookupLimitMs: 60_000 };
    const running = failure(find(engine, pac, limits), "aborted");
    if (pac === hanging) await asked.promise;
    controller.abort();
    await running;
    await failure(find(engine, pac, limits), "aborted");
  }
  const never = { timeLimitMs: 60_000, resolve: () => new Promise<readonly string[]>(() => {}) };
  const running = [loop, hanging].map((pac) => failure(find(engine, pac, never), "aborted"));
  assertEquals(await find(engine, "function FindProxyForURL() { return 'DIRECT' }"), [direct]);
  engine.close();
  await Promise.all(running);
  await failure(find(engine, hanging), "aborted");
});

Deno.test("PAC: greedy files leave no memory behind", async () => {
  // In a process of its own: other tests share this one's memory.
  const script = new URL("./testdata/greedy.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", "--no-check", "--unstable-worker-options", "--allow-read", script],
    cwd: new URL("../..", import.meta.url).pathname,
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertLess(Number(new TextDecoder().decode(stdout)), 150e6, "together they took 256 MB");
});

Deno.test("PAC: the thread itself has no permission, whatever the program has", async () => {
  const attempts = [
    "Deno.readTextFileSync('/etc/passwd')",
    "Deno.writeTextFileSync('/tmp/pac', '')",
    "Deno.env.get('HOME')",
    "Deno.hostname()",
    "await fetch('http://127.0.0.1:1/')",
    "await Deno.connect({ port: 1 })",
    "await Deno.resolveDns('localhost', 'A')",
    "new Deno.Command('true').spawn()",
    "Deno.dlopen('libc.so.6', {})",
    // A literal would be loaded together with the module, with the permissions of who starts the worker.
    "await import('file:' + '///etc/passwd')",
    "await import('https:' + '//example.com/module.js')",
    "new Worker('data:text/javascript,1', { type: 'module', deno: { permissions: { read: true } } })",
  ];
  const source = attempts.map((one) =>
    `try { ${one}; postMessage('worked') } catch (e) { postMessage(String(e)) }`
  );
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(source.join("\n"))}`, workerOptions);
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const came: string[] = [];
  worker.onmessage = ({ data }) => {
    came.push(String(data));
    if (came.length === attempts.length) resolve();
  };
  await all;
  worker.terminate();
  came.forEach((text, index) =>
    assertMatch(text, /NotCapable|Requires|escalate/, `${attempts[index]}: ${text}`)
  );
});
