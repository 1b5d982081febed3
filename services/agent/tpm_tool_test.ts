import { assertEquals, assertStringIncludes } from "@std/assert";
import type { TpmTool } from "../../controllerconn/mod.ts";
import { createDeviceKey } from "../../controllerconn/tpm/testdata/make_keys.ts";
import { startSwtpm } from "../../controllerconn/tpm/testdata/swtpm.ts";
import { systemTpmTool } from "./tpm_tool.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("a tool of the list runs with stdin, stdout and stderr; a failing one is a result", async () => {
  await using swtpm = await startSwtpm();
  await createDeviceKey(swtpm, bytes("secret"));
  const sign = async (handle: string) =>
    await systemTpmTool(
      "tpm2_sign",
      [
        "--tcti",
        swtpm.tcti,
        "-Q",
        "-c",
        handle,
        "-g",
        "sha256",
        "-s",
        "ecdsa",
        "-p",
        "str:secret",
        "-o",
        "/dev/stdout",
      ],
      bytes("message"),
    );
  const signed = await sign("0x817FFFFF");
  assertEquals([signed.code, signed.stderr, signed.stdout.length > 64], [0, "", true]);
  const none = await sign("0x817FFFFE");
  assertEquals([none.code, none.stdout.length], [1, 0]);
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
    "tpm2_sign",
    ["--tcti", swtpm.tcti, "-c", "0x817FFFFF", "-g", "sha256", "-o", "/dev/null"],
    undefined,
    ending.signal,
  );
  ending.abort();
  assertEquals((await running).code === 0, false);
  assertEquals((await systemTpmTool("tpm2_sign", ["--version"], undefined, ending.signal)).code, -1);
});
