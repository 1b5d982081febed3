import { assertEquals, assertStringIncludes } from "@std/assert";
import type { TpmTool } from "../../controllerconn/mod.ts";
import { startSwtpm } from "../../controllerconn/tpm/testdata/swtpm.ts";
import { systemTpmTool } from "./tpm_tool.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("a tool of the list runs with stdin, stdout and stderr; a failing one is a result", async () => {
  await using swtpm = await startSwtpm();
  const tcti = ["--tcti", swtpm.tcti];
  const context = `${swtpm.folder}/context`;
  const made = await systemTpmTool(
    "tpm2_createprimary",
    [...tcti, "-Q", "-C", "o", "-G", "ecc256", "-p", "file:-", "-c", context],
    bytes("secret"),
  );
  assertEquals([made.code, made.stderr, Deno.statSync(context).isFile], [0, "", true]);
  const none = await systemTpmTool("tpm2_readpublic", [...tcti, "-c", "0x817FFFFF"]);
  assertEquals(none.code, 1);
  assertStringIncludes(none.stderr, "0x18B");
});

Deno.test("an unlisted tool is not started, and a tool that never reads its stdin is no hang", async () => {
  const unlisted = await systemTpmTool("tpm2_clear" as TpmTool, []);
  assertEquals(unlisted.code, -1);
  assertStringIncludes(unlisted.stderr, "tpm2_clear is none of tpm2_sign, ");
  const version = await systemTpmTool("tpm2_sign", ["--version"], new Uint8Array(1_000_000));
  assertEquals(version.code, 0);
  assertStringIncludes(new TextDecoder().decode(version.stdout), "tpm2_sign");
});

Deno.test("the signal ends a tool that waits for a TPM", async () => {
  await using swtpm = await startSwtpm();
  const ending = new AbortController();
  swtpm.freeze();
  const running = systemTpmTool(
    "tpm2_readpublic",
    ["--tcti", swtpm.tcti, "-c", "0x817FFFFF"],
    undefined,
    ending.signal,
  );
  ending.abort();
  assertEquals((await running).code === 0, false);
  assertEquals((await systemTpmTool("tpm2_sign", ["--version"], undefined, ending.signal)).code, -1);
});
