import { assert, assertEquals, assertThrows } from "@std/assert";
import { BridgeError } from "./error.ts";
import { type Libc, openLibc } from "./libc.ts";
import { checkSocketPath, clearPath, listenAt } from "./listener.ts";

function withFolder(body: (libc: Libc, folder: string) => void): void {
  const folder = Deno.makeTempDirSync({ prefix: "bridge" });
  const libc = openLibc();
  try {
    body(libc, folder);
  } finally {
    libc.unload();
    Deno.removeSync(folder, { recursive: true });
  }
}

function inUse(libc: Libc, path: string): string {
  const error = assertThrows(() => clearPath(libc, path), BridgeError);
  assertEquals(error.kind, "in-use");
  assert(error.message.includes(path), error.message);
  return error.message;
}

Deno.test("[pubsub#13] a stale socket is unlinked; a live one, and what is no socket, is left alone", () =>
  withFolder((libc, folder) => {
    const path = `${folder}/T.sock`;
    clearPath(libc, path);
    const dead = libc.socket();
    libc.bind(dead, path);
    libc.listen(dead, 1);
    assert(inUse(libc, path).includes("served by another process"));
    libc.close(dead);
    assert(Deno.lstatSync(path).isSocket);
    clearPath(libc, path);
    assertThrows(() => Deno.lstatSync(path), Deno.errors.NotFound);

    Deno.writeTextFileSync(path, "notes");
    assert(inUse(libc, path).includes("is no socket"));
    assertEquals(Deno.readTextFileSync(path), "notes");
    assertThrows(() => listenAt(libc, path), BridgeError);
  }));

Deno.test("a live socket of another kind is in use too", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "bridge" });
  const libc = openLibc();
  const path = `${folder}/T.sock`;
  {
    using _stream = Deno.listen({ transport: "unix", path });
    inUse(libc, path);
  }
  libc.unload();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("closing unlinks our own socket and no other", () =>
  withFolder((libc, folder) => {
    const path = `${folder}/T.sock`;
    const first = listenAt(libc, path);
    assert(first.isInPlace());
    Deno.removeSync(path);
    assert(!first.isInPlace());
    const second = listenAt(libc, path);
    first.close();
    assert(second.isInPlace());
    second.close();
    assertThrows(() => Deno.lstatSync(path), Deno.errors.NotFound);
  }));

Deno.test("107 bytes are the longest path, in bytes and not in characters", () => {
  checkSocketPath("/".padEnd(107, "x"));
  const error = assertThrows(() => checkSocketPath(`/${"é".repeat(54)}`), BridgeError);
  assertEquals(error.kind, "path-too-long");
  assert(error.message.includes("109 bytes"));
});
