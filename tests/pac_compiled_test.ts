/** PAC files in a compiled executable that may do nothing but connect: the worker is on board, and harmless there too. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { join } from "node:path";
import { hostArch } from "../scripts/build/arch.ts";
import { checkout, compileConfig } from "../scripts/build/compile.ts";
import { findRuntime } from "../scripts/build/runtime.ts";
import { workerFlags } from "../scripts/build/workers.ts";

/** A program that evaluates the PAC files of its first argument, with permission to connect and none else. */
async function compileProbe(output: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["compile", "--quiet", "--no-check", "--config", compileConfig, "--output", output],
      ...["--no-prompt", "--allow-net", ...workerFlags("client")],
      join("tests", "permissions", "pac_probe.ts"),
    ],
    cwd: checkout,
    env: { DENORT_BIN: await findRuntime(hostArch), NO_COLOR: "1" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** A PAC file that names as its proxy what became of an attempt: `failed-…`, `worked`, or the type of what it got. */
const attempting = (attempt: string) =>
  `function FindProxyForURL(url, host) {
    try { ${attempt}; return 'PROXY worked:1' } catch (error) { return 'PROXY failed-' + error.name + ':1' } }`;

const importing = (specifier: string) =>
  `var became = 'pending';
  import('${specifier}').then(function () { became = 'worked' }, function () { became = 'refused' });
  function FindProxyForURL() { return 'PROXY ' + became + ':1' }`;

Deno.test("a compiled program evaluates PAC files, which reach nothing and end in time", async () => {
  const folder = await Deno.makeTempDir({ prefix: "eve-comms-pac-" });
  try {
    const probe = join(folder, "probe");
    await compileProbe(probe);
    const pacs = {
      choice:
        "function FindProxyForURL(url, host) { return 'PROXY ' + dnsResolve('name.example') + ':3128; DIRECT' }",
      read: attempting("Deno.readTextFileSync('/etc/passwd')"),
      fetch: attempting("fetch('http://127.0.0.1:1/')"),
      connect: attempting("Deno.connect({ port: 1 })"),
      require: attempting("require('node:fs')"),
      worker: attempting("new Worker('data:text/javascript,1')"),
      constructed: attempting("dnsResolve.constructor('return Deno.version')()"),
      file: importing("file:///etc/passwd"),
      remote: importing("https://example.com/module.js"),
      builtin: importing("node:fs"),
      greedy: "function FindProxyForURL() { var all = []; for (;;) all.push('x'.repeat(1e6) + all.length) }",
      loop: "function FindProxyForURL() { for (;;); }",
      after: "function FindProxyForURL() { return 'DIRECT' }",
    };
    const started = performance.now();
    const { code, stdout, stderr } = await new Deno.Command(probe, {
      args: [JSON.stringify(pacs)],
      cwd: "/",
      clearEnv: true,
      stdin: "null",
    }).output();
    const text = new TextDecoder();
    assertEquals([code, text.decode(stderr)], [0, ""]);
    assertEquals(JSON.parse(text.decode(stdout)), {
      choice: "192.0.2.1:3128 direct",
      read: "failed-ReferenceError:1",
      fetch: "failed-ReferenceError:1",
      connect: "failed-ReferenceError:1",
      require: "failed-ReferenceError:1",
      worker: "failed-ReferenceError:1",
      constructed: "failed-ReferenceError:1",
      file: "pending:1",
      remote: "pending:1",
      builtin: "pending:1",
      greedy: "threw",
      loop: "timeout",
      after: "direct",
    });
    assertLess(performance.now() - started, 60_000);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
