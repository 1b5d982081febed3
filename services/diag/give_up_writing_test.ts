import { assertEquals, assertStringIncludes } from "@std/assert";
import { permissionFlags } from "../../scripts/permissions.ts";
import { writesNothing } from "./give_up_writing.ts";

Deno.test("the forms that look once are recognized, the running form is not", () => {
  assertEquals(
    [["--once"], ["-once"], ["--root", "/x", "--once=true", "--json"], ["validate", "."]].map(writesNothing),
    [
      true,
      true,
      true,
      true,
    ],
  );
  assertEquals([["-f", "-o", "/run/diag.pipe"], [], ["-s", "/run/once"]].map(writesNothing), [
    false,
    false,
    false,
  ]);
});

Deno.test("with the flags of the executable: what is given up is denied, in any folder", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "eve-diag-write-" });
  const script = `${folder}/script.ts`;
  const module = new URL("./give_up_writing.ts", import.meta.url);
  const attempt =
    `try { Deno.writeTextFileSync("${folder}/x", ""); console.log("written"); } catch (e) { console.log(e.name); }`;
  Deno.writeTextFileSync(
    script,
    `import { giveUpWriting } from "${module}";\n${attempt}\ngiveUpWriting();\n${attempt}\n`,
  );
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--no-lock", ...permissionFlags("diag"), script],
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  assertEquals(text.decode(stdout), "written\nNotCapable\n", text.decode(stderr));
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("diag's flags: it may write in /run, in no other folder of the device", () => {
  const denied = permissionFlags("diag").find((flag) => flag.startsWith("--deny-write=")) ?? "";
  for (const folder of ["/config", "/persist", "/etc", "/dev", "/usr"]) {
    assertStringIncludes(`${denied.replace("=", ",")},`, `,${folder},`);
  }
});
