import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { checkout } from "../build/compile.ts";
import { dependencies, type Dependency } from "./dependencies.ts";
import { knownAdvisories } from "./osv.ts";

/** An OSV server of one advisory, on two pages, for `long`; it says what it was asked. */
function osvServer(answer?: (path: string) => Response | undefined) {
  const asked: { readonly path: string; readonly body: string }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const path = new URL(request.url).pathname;
    const body = await request.text();
    asked.push({ path, body });
    const other = answer?.(path);
    if (other !== undefined) return other;
    if (path === "/v1/vulns/GHSA-1") {
      return Response.json({
        id: "GHSA-1",
        aliases: ["CVE-2026-1"],
        summary: "digits are lost",
        database_specific: { severity: "HIGH" },
        affected: [
          { package: { name: "other", ecosystem: "npm" }, ranges: [{ events: [{ fixed: "9" }] }] },
          {
            package: { name: "long", ecosystem: "npm" },
            ranges: [{ events: [{ introduced: "0" }, { fixed: "5.3.3" }] }],
          },
        ],
      });
    }
    const { queries } = JSON.parse(body);
    return Response.json({
      results: queries.map((query: { package: { name: string }; page_token?: string }) => {
        if (query.package.name !== "long") return {};
        return query.page_token === undefined
          ? { next_page_token: "more" }
          : { vulns: [{ id: "GHSA-1", modified: "2026-01-01T00:00:00Z" }] };
      }),
    });
  });
  const api = `http://127.0.0.1:${server.addr.port}`;
  return { api, asked, [Symbol.asyncDispose]: () => server.shutdown() };
}

const long: Dependency = { ecosystem: "npm", name: "long", version: "5.3.2", linked: true };
const timeoutMs = 10_000;

Deno.test("advisories: runtime and packages of both lock files, each once, without the peers in their keys", () => {
  const locks = {
    compile: '{"npm":{"@noble/ciphers@2.4.0":{},"long@5.3.2":{}}}',
    tools: '{"npm":{"long@5.3.2":{},"protobufjs-cli@2.7.1_protobufjs@8.8.1":{}}}',
  };
  assertEquals(dependencies(locks, "2.7.14"), [
    { ecosystem: "crates.io", name: "deno", version: "2.7.14", linked: true },
    { ecosystem: "npm", name: "@noble/ciphers", version: "2.4.0", linked: true },
    long,
    { ecosystem: "npm", name: "protobufjs-cli", version: "2.7.1", linked: false },
  ]);
});

Deno.test("advisories: the request names packages and versions, pages are followed, the record is read", async () => {
  await using server = osvServer();
  const other: Dependency = { ecosystem: "npm", name: "@noble/ciphers", version: "2.4.0", linked: true };
  assertEquals(await knownAdvisories([other, long], { api: server.api, timeoutMs }), [{
    id: "GHSA-1",
    aliases: ["CVE-2026-1"],
    summary: "digits are lost",
    severity: "HIGH",
    fixed: ["5.3.3"],
    dependency: long,
  }]);
  assertEquals(server.asked.map(({ path }) => path), [
    "/v1/querybatch",
    "/v1/querybatch",
    "/v1/vulns/GHSA-1",
  ]);
  assertEquals(JSON.parse(server.asked[0]?.body ?? ""), {
    queries: [
      { package: { name: "@noble/ciphers", ecosystem: "npm" }, version: "2.4.0" },
      { package: { name: "long", ecosystem: "npm" }, version: "5.3.2" },
    ],
  });
});

Deno.test("advisories: an answer that is none is an error that says what came", async () => {
  const ask = (answer: () => Response) => {
    const server = osvServer(answer);
    return { server, asked: knownAdvisories([long], { api: server.api, timeoutMs }) };
  };
  for (
    const [answer, words] of [
      [() => new Response("busy", { status: 503 }), "expected 200, got 503 busy"],
      [() => new Response("<html>"), "expected JSON, got <html>"],
      [() => Response.json({ results: [] }), "expected 1 results, got 0"],
    ] as const
  ) {
    const { server, asked } = ask(answer);
    await using _ = server;
    await assertRejects(() => asked, Error, words);
  }
});

async function run(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(checkout, "scripts/advisories.ts"), ...args],
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

Deno.test("advisories: the task tells, ends with 1 for the executables, 0 when ignored, 2 when nobody can be asked", async () => {
  await using server = osvServer();
  const found = await run("--api", server.api);
  assertEquals(found.code, 1, found.stderr);
  assertStringIncludes(
    found.stdout,
    "GHSA-1  HIGH  long 5.3.2, in the executables: digits are lost; fixed in 5.3.3\n",
  );
  assertEquals((await run("--api", server.api, "--ignore", "CVE-2026-1")).code, 0);
  const nobody = await run("--api", "http://127.0.0.1:1");
  assertEquals(nobody.code, 2);
  assert(nobody.stderr.includes("can't be reached") && nobody.stderr.includes("--api URL"), nobody.stderr);
});
