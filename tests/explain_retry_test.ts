/** `--explain-retry` of each program from source, without any permission: it prints its timetable and touches nothing. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { explainRetry } from "../controllerconn/mod.ts";
import { checkout } from "../scripts/build/compile.ts";
import { retryPolicies as bridge } from "../services/bridge/retry_policies.ts";
import { retryPolicies as client } from "../services/client/retry_policies.ts";
import { retryPolicies as diag } from "../services/diag/retry_policies.ts";
import { retryPolicies as loguploader } from "../services/loguploader/retry_policies.ts";
import { retryPolicies as nim } from "../services/nim/retry_policies.ts";
import { retryPolicies as zedagent } from "../services/zedagent/retry_policies.ts";

const programs = { client, zedagent, loguploader, nim, diag, bridge };

async function runWithoutPermissions(program: string, ...args: string[]) {
  const main = `${checkout}/services/${program}/main.ts`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-lock", "--no-check", main, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

for (const [program, policies] of Object.entries(programs)) {
  Deno.test(`${program} --explain-retry prints its timetable and ends with 0 before it touches anything`, async () => {
    const explained = await runWithoutPermissions(program, "--root", "/nowhere", "--explain-retry");
    assertEquals(explained, { code: 0, stdout: `${explainRetry(policies)}\n`, stderr: "" });
    const help = await runWithoutPermissions(program, "--help");
    assertStringIncludes(help.stdout, "--explain-retry");
  });
}

Deno.test("names of policies are unique in a program, and every controller policy listens to Retry-After or says why", () => {
  for (const [program, policies] of Object.entries(programs)) {
    const names = policies.map(({ name }) => name);
    assertEquals(new Set(names).size, names.length, program);
    const deaf = policies.filter(({ after, retryAfterCapMs }) =>
      retryAfterCapMs === undefined && !after.includes("local")
    );
    // `client getUuid` is another program, which has its own ear; the way to another configuration must not wait.
    const known: Readonly<Record<string, readonly string[]>> = { zedagent: ["uuid"], nim: ["verify"] };
    assertEquals(deaf.map(({ name }) => name), known[program] ?? [], program);
  }
});
