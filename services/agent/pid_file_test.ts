import { assert, assertEquals, assertThrows } from "@std/assert";
import { isAlive } from "../pubsub/mod.ts";
import { AgentError } from "./error.ts";
import { claimPidFile } from "./pid_file.ts";

function folder() {
  const path = Deno.makeTempDirSync({ prefix: "eve-comms-pid-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

async function deadPid(): Promise<number> {
  const child = new Deno.Command("true").spawn();
  await child.status;
  assert(!isAlive(child.pid));
  return child.pid;
}

Deno.test("[pubsub#26] the pid file is decimal without a newline, 0644, and goes with its owner", () => {
  using temp = folder();
  const path = `${temp.path}/run/nim.pid`;
  const claimed = claimPidFile(path);
  assertEquals(Deno.readTextFileSync(path), String(Deno.pid));
  assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o644);
  claimed.release();
  assertThrows(() => Deno.statSync(path), Deno.errors.NotFound);
});

Deno.test("a pid that lives is refused and its file stays as it is", async () => {
  using temp = folder();
  const path = `${temp.path}/nim.pid`;
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  try {
    for (const content of [String(child.pid), `${child.pid}\n`]) {
      Deno.writeTextFileSync(path, content);
      const error = assertThrows(() => claimPidFile(path), AgentError, `process ${child.pid} lives`);
      assertEquals(error.kind, "already-running");
      assertEquals(Deno.readTextFileSync(path), content);
    }
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
});

Deno.test("a dead pid, our own pid of an earlier life and what is no pid are taken over", async () => {
  using temp = folder();
  const path = `${temp.path}/nim.pid`;
  const longer = "x".repeat(500);
  for (
    const content of [String(await deadPid()), String(Deno.pid), "", "garbage", "0", "-1", "12 34", longer]
  ) {
    Deno.writeTextFileSync(path, content);
    const claimed = claimPidFile(path);
    assertEquals(Deno.readTextFileSync(path), String(Deno.pid), `after ${JSON.stringify(content)}`);
    claimed.release();
  }
});

Deno.test("of two owners in one process the second is refused, by the lock", () => {
  using temp = folder();
  const path = `${temp.path}/nim.pid`;
  const claimed = claimPidFile(path);
  assertThrows(() => claimPidFile(path), AgentError, "another process holds its lock");
  claimed.release();
  claimPidFile(path).release();
});

Deno.test("a file that another instance has put there is not removed", () => {
  using temp = folder();
  const path = `${temp.path}/nim.pid`;
  const claimed = claimPidFile(path);
  Deno.removeSync(path);
  Deno.writeTextFileSync(path, "1");
  claimed.release();
  assertEquals(Deno.readTextFileSync(path), "1");
});

Deno.test("a pid file that can't be written is an error that names it", () => {
  using temp = folder();
  Deno.mkdirSync(`${temp.path}/nim.pid`);
  const error = assertThrows(
    () => claimPidFile(`${temp.path}/nim.pid`),
    AgentError,
    `pid file ${temp.path}/nim.pid`,
  );
  assertEquals(error.kind, "io");
});
