import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";

const PROGRAM = join(import.meta.dirname ?? ".", "..", "controller.ts");

function command(args: readonly string[]): Deno.Command {
  const all = ["run", "--quiet", "-A", "--no-lock", "--no-check", PROGRAM, ...args];
  return new Deno.Command(Deno.execPath(), { args: all, stdin: "null", stdout: "piped", stderr: "piped" });
}

Deno.test("scripts/controller.ts prints one line of JSON, serves, ends on SIGTERM with 0", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const child = command(["--dir", dir, "--host", "127.0.0.1", "--host", "controller.example"]).spawn();
    const reader = child.stdout.getReader();
    const line: unknown = JSON.parse(new TextDecoder().decode((await reader.read()).value));
    assertEquals(Object.keys(Object(line)), ["server", "deviceUrl", "adminUrl", "rootCertificate"]);
    const { deviceUrl, adminUrl, rootCertificate } = Object(line);
    using client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(rootCertificate)] });
    const ping = await fetch(`${deviceUrl}/api/v2/edgedevice/ping`, { client });
    assertEquals([ping.status, await ping.text()], [200, ""]);
    const devices = await fetch(`${adminUrl}/admin/device`);
    assertEquals(await devices.json(), []);
    child.kill("SIGTERM");
    assertEquals((await child.status).code, 0);
    await reader.cancel();
    await child.stderr.cancel();
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("scripts/controller.ts: help, and wrong arguments", async () => {
  const text = new TextDecoder();
  const help = await command(["--help"]).output();
  assertEquals(help.code, 0);
  assertStringIncludes(text.decode(help.stdout), "--admin-port");
  for (const [args, why] of [[[], "--dir"], [["--dir", "/x", "--prot", "1"], "--prot"]] as const) {
    const wrong = await command(args).output();
    assertEquals(wrong.code, 2);
    assertStringIncludes(text.decode(wrong.stderr), why);
  }
});
