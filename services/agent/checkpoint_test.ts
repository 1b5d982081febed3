import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  backUpCheckpoint,
  fileControllerCertStore,
  loadCheckpoint,
  restoreCheckpoint,
  saveCheckpoint,
} from "./checkpoint.ts";
import { devicePaths } from "./paths.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function temporary() {
  const root = Deno.makeTempDirSync({ prefix: "eve-comms-checkpoint-" });
  const paths = devicePaths(root);
  const text = (name: string) => Deno.readTextFileSync(`${paths.checkpoint}/${name}`);
  const age = (name: string, seconds: number) =>
    Deno.utimeSync(`${paths.checkpoint}/${name}`, seconds, seconds);
  const mtime = (name: string) => (Deno.statSync(`${paths.checkpoint}/${name}`).mtime?.getTime() ?? 0) / 1000;
  const names = () => [...Deno.readDirSync(paths.checkpoint)].map((entry) => entry.name).sort();
  return {
    paths,
    text,
    age,
    mtime,
    names,
    [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }),
  };
}

Deno.test("[controllerconn#26] controllercerts: first save makes .bak, other bytes push the old ones there, equal ones write nothing", () => {
  using temp = temporary();
  const store = fileControllerCertStore(temp.paths);
  assertEquals([store.load("primary"), store.load("backup")], [undefined, undefined]);

  store.save(bytes("one"));
  assertEquals([temp.text("controllercerts"), temp.text("controllercerts.bak")], ["one", "one"]);
  assertEquals(temp.mtime("controllercerts"), temp.mtime("controllercerts.bak"));
  assertEquals((Deno.statSync(temp.paths.controllerCerts).mode ?? 0) & 0o777, 0o600);
  assertEquals((Deno.statSync(temp.paths.checkpoint).mode ?? 0) & 0o777, 0o700);

  store.save(bytes("two"));
  assertEquals([temp.text("controllercerts"), temp.text("controllercerts.bak")], ["two", "one"]);

  temp.age("controllercerts", 1000);
  temp.age("controllercerts.bak", 900);
  store.save(bytes("two"));
  assertEquals([temp.mtime("controllercerts"), temp.mtime("controllercerts.bak")], [1000, 900]);
  assertEquals(store.load("primary"), bytes("two"));
  assertEquals(store.load("backup"), bytes("one"));
  assertEquals(temp.names(), ["controllercerts", "controllercerts.bak"]);
});

Deno.test("a missing .bak is made also when nothing else is to be written", () => {
  using temp = temporary();
  const store = fileControllerCertStore(temp.paths);
  store.save(bytes("one"));
  temp.age("controllercerts", 1000);
  Deno.removeSync(`${temp.paths.controllerCerts}.bak`);
  store.save(bytes("one"));
  assertEquals([temp.text("controllercerts.bak"), temp.mtime("controllercerts.bak")], ["one", 1000]);
  assertEquals(temp.mtime("controllercerts"), 1000);
});

Deno.test("[controllerconn#26] a reader never sees half a file while controllercerts are replaced", async () => {
  using temp = temporary();
  const store = fileControllerCertStore(temp.paths);
  const contents = ["a".repeat(200_000), "b".repeat(100_000)];
  store.save(bytes(contents[0] ?? ""));
  const reader = new Deno.Command("sh", {
    args: [
      "-c",
      'while [ ! -e "$0/stop" ]; do cksum < "$0/controllercerts"; done | sort -u',
      temp.paths.checkpoint,
    ],
    stdout: "piped",
  }).spawn();
  for (let round = 0; round < 60; round++) {
    store.save(bytes(contents[(round + 1) % 2] ?? ""));
    await new Promise<void>((resolve) => setTimeout(resolve, 2));
  }
  Deno.writeTextFileSync(`${temp.paths.checkpoint}/stop`, "");
  const seen = new TextDecoder().decode((await reader.output()).stdout).trim().split("\n");
  const sizes = seen.map((line) => line.split(" ")[1]).sort();
  assert(sizes.length >= 1);
  assertEquals(sizes.filter((size) => size !== "100000" && size !== "200000"), []);
});

Deno.test("a checkpoint is written anew also with equal bytes; .bak and back keep the mtime", () => {
  using temp = temporary();
  assertEquals(loadCheckpoint(temp.paths, "lastconfig"), undefined);
  assertEquals(backUpCheckpoint(temp.paths, "lastconfig"), false);
  saveCheckpoint(temp.paths, "lastconfig", bytes("config"));
  temp.age("lastconfig", 1000);
  assertEquals(loadCheckpoint(temp.paths, "lastconfig"), { bytes: bytes("config"), mtime: 1_000_000 });
  assertEquals(backUpCheckpoint(temp.paths, "lastconfig"), true);
  assertEquals(loadCheckpoint(temp.paths, "lastconfig", "backup"), {
    bytes: bytes("config"),
    mtime: 1_000_000,
  });
  saveCheckpoint(temp.paths, "lastconfig", bytes("config"));
  assert(temp.mtime("lastconfig") > 1000);
  saveCheckpoint(temp.paths, "lastconfig", bytes("torn"));
  assertEquals(restoreCheckpoint(temp.paths, "lastconfig"), true);
  assertEquals(loadCheckpoint(temp.paths, "lastconfig"), { bytes: bytes("config"), mtime: 1_000_000 });
  assertEquals(restoreCheckpoint(temp.paths, "appCommands"), false);
});

Deno.test("a .bak with equal bytes is left alone: at most its mtime follows; another one is replaced", () => {
  using temp = temporary();
  const inode = () => Deno.statSync(`${temp.paths.checkpoint}/lastconfig.bak`).ino;
  const changed = () => Deno.statSync(`${temp.paths.checkpoint}/lastconfig.bak`).ctime?.getTime();
  saveCheckpoint(temp.paths, "lastconfig", bytes("one"));
  temp.age("lastconfig", 1000);
  assertEquals(backUpCheckpoint(temp.paths, "lastconfig"), true);
  const before = [inode(), changed()];
  assertEquals(backUpCheckpoint(temp.paths, "lastconfig"), true);
  assertEquals([inode(), changed()], before);

  temp.age("lastconfig", 2000);
  assertEquals(backUpCheckpoint(temp.paths, "lastconfig"), true);
  assertEquals([inode(), temp.mtime("lastconfig.bak")], [before[0], 2000]);

  saveCheckpoint(temp.paths, "lastconfig", bytes("two"));
  assertEquals(backUpCheckpoint(temp.paths, "lastconfig"), true);
  assert(inode() !== before[0]);
  assertEquals([temp.text("lastconfig.bak"), temp.mtime("lastconfig.bak")], [
    "two",
    temp.mtime("lastconfig"),
  ]);
});

Deno.test("a save that fails throws and leaves the old file", () => {
  using temp = temporary();
  const store = fileControllerCertStore(temp.paths);
  Deno.mkdirSync(temp.paths.controllerCerts, { recursive: true });
  assertThrows(() => store.load("primary"));
  assertThrows(() => store.save(bytes("one")));
  assertEquals(Deno.statSync(temp.paths.controllerCerts).isDirectory, true);
});
