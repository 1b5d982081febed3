import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AgentError } from "./error.ts";
import { absoluteRoot, startDevice } from "./start.ts";

function temporaryRoot() {
  const root = Deno.makeTempDirSync({ prefix: "eve-comms-start-" });
  return { root, [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }) };
}

const quiet = { debug: false, signals: false } as const;

Deno.test("roots are made absolute, and / is no root", () => {
  assertEquals(["", "/", "/tmp/x/", "x"].map(absoluteRoot), ["", "", "/tmp/x", `${Deno.cwd()}/x`]);
});

Deno.test("starting makes /run, the pid file and the touch file; closing removes the pid file, once", async () => {
  using temp = temporaryRoot();
  const device = startDevice("nim", { root: temp.root, ...quiet });
  assertEquals(Deno.readTextFileSync(`${temp.root}/run/nim.pid`), String(Deno.pid));
  assertEquals(Deno.statSync(`${temp.root}/run/nim.touch`).size, 0);
  assertEquals([device.agent, device.paths.root, device.bus.root], ["nim", temp.root, temp.root]);
  assertThrows(() => startDevice("nim", { root: temp.root, ...quiet }), AgentError, "not starting");
  await device.close();
  await device.close();
  assertEquals(device.signal.aborted, true);
  assertThrows(() => Deno.statSync(`${temp.root}/run/nim.pid`), Deno.errors.NotFound);
});

Deno.test("an agent without pid and touch files writes nothing", async () => {
  using temp = temporaryRoot();
  const device = startDevice("diag", { root: temp.root, ...quiet, pidFile: false, touchFile: false });
  await device.close();
  assertEquals([...Deno.readDirSync(temp.root)], []);
});

Deno.test("a signal from outside ends the device", async () => {
  using temp = temporaryRoot();
  const end = new AbortController();
  const device = startDevice("nim", { root: temp.root, ...quiet, signal: end.signal });
  assertEquals(device.signal.aborted, false);
  end.abort();
  assertEquals(device.signal.aborted, true);
  await device.close();
});

Deno.test("a root that can't hold /run is an error that names it", () => {
  using temp = temporaryRoot();
  Deno.writeTextFileSync(`${temp.root}/run`, "a file");
  const error = assertThrows(() => startDevice("nim", { root: temp.root, ...quiet }), AgentError);
  assertEquals(error.kind, "io");
  assertStringIncludes(error.message, `${temp.root}/run`);
});

Deno.test("what a killed writer left in a shared folder is swept at the start, a living one's file stays", async () => {
  const root = Deno.makeTempDirSync({ prefix: "eve-start-test-" });
  const folder = `${root}/persist/status`;
  Deno.mkdirSync(folder, { recursive: true });
  const dead = `${folder}/tmp12345678999999999`;
  const living = `${folder}/tmp123456789${String(Deno.pid).padStart(8, "0")}`;
  for (const path of [dead, living]) Deno.writeTextFileSync(path, "half");
  const device = startDevice("testagent", { root, debug: false, signals: false });
  try {
    assertEquals([...Deno.readDirSync(folder)].map((entry) => `${folder}/${entry.name}`), [living]);
  } finally {
    await device.close();
    Deno.removeSync(root, { recursive: true });
  }
});
