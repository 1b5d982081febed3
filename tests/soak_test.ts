/** A soak as CI does it: `./scripts/run soak` for hours by hand (`docs/soak.md`). `scripts/all_tests.ts` runs it beside other tests. */
import { assertEquals } from "@std/assert";

/** Of faults; start and rest come on top, so that all takes three minutes. */
const MINUTES = 2.5;
const SEED = 9;

Deno.test("a device that lives through kill -9, lost ports, a wrong clock, a full disk and a controller that stops loses nothing, grows nothing and leaves nothing", async () => {
  const out = await Deno.makeTempDir({ prefix: "eve-comms-soak-test-" });
  try {
    const script = new URL("../scripts/soak.ts", import.meta.url).pathname;
    const words = ["--minutes", String(MINUTES), "--seed", String(SEED), "--out", out];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", script, ...words],
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertEquals(code, 0, said);
    const report = JSON.parse(await Deno.readTextFile(`${out}/report.json`));
    assertEquals(report.checks.filter(({ wrong }: { wrong: string[] }) => wrong.length > 0), [], said);
    assertEquals(
      Array.from(Deno.readDirSync(out), ({ name }) => name).sort(),
      ["report.json", "report.md", "report.svg"],
    );
    assertEquals(report.performed.length, report.plan.length, said);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
