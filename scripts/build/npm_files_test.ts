/** What of npm packages goes into an executable. */
import { assert, assertRejects } from "@std/assert";
import { checkout, compileConfig } from "./compile.ts";
import { npmFileFlags } from "./npm_files.ts";

Deno.test("every package of the lock file is listed; declarations and forms for browsers are left out", async () => {
  const flags = await npmFileFlags(compileConfig, [`${checkout}/services/zedbox/main.ts`]);
  const leftOut = flags.filter((flag) => flag !== "--exclude");
  const isLeftOut = (end: string) => leftOut.some((path) => path.endsWith(end));
  for (const end of ["/protobufjs/8.8.1/dist", "/deno-std/1.3.1/testing", "/long/5.3.2/index.d.ts"]) {
    assert(isLeftOut(end), end);
  }
  for (const end of ["/package.json", "/minimal.js", "/quickjs.wasm", "/protobufjs/8.8.1/src"]) {
    assert(!isLeftOut(end), end);
  }
});

Deno.test("a package that nobody has listed stops the build by name", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "eve-npm-files-" });
  try {
    Deno.writeTextFileSync(
      `${folder}/compile.lock`,
      JSON.stringify({ npm: { "nobody-knows-it@1.0.0": {} } }),
    );
    await assertRejects(() => npmFileFlags(`${folder}/compile.json`, []), Error, "nobody-knows-it");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
