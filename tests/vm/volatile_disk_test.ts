/** A disk with a cache that loses its power, and how qemu would reach it. */
import { assertEquals, assertThrows } from "@std/assert";
import { seededRandom } from "../../services/agent/test_device.ts";
import { blockSize, VolatileDisk } from "./volatile_disk.ts";

const blocks = 64;

async function openDisk(): Promise<{ disk: VolatileDisk; file: string } & AsyncDisposable> {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/disk.img`;
  await Deno.writeFile(file, new Uint8Array(blocks * blockSize));
  const disk = new VolatileDisk(file);
  return {
    disk,
    file,
    async [Symbol.asyncDispose]() {
      disk[Symbol.dispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const filled = (value: number, count = 1) => new Uint8Array(count * blockSize).fill(value);
/** The first byte of each block. */
const marks = (bytes: Uint8Array) =>
  Array.from({ length: bytes.length / blockSize }, (_, n) => bytes[n * blockSize]);

Deno.test("what is written is read back, and is on the disk after a flush only", async () => {
  await using site = await openDisk();
  const { disk, file } = site;
  disk.write(0, filled(1, 3), false);
  disk.write(blockSize, filled(2), false);
  assertEquals(marks(disk.read(0, 4 * blockSize)), [1, 2, 1, 0]);
  assertEquals(marks(Deno.readFileSync(file).subarray(0, 4 * blockSize)), [0, 0, 0, 0]);
  disk.flush();
  assertEquals(marks(Deno.readFileSync(file).subarray(0, 4 * blockSize)), [1, 2, 1, 0]);
  assertEquals(disk.unflushed, 0);
});

Deno.test("a cut loses some of what was not flushed, and nothing else", async () => {
  await using site = await openDisk();
  const { disk, file } = site;
  disk.write(0, filled(1, blocks), false);
  disk.flush();
  disk.write(0, filled(3), true);
  disk.write(blockSize, filled(2, blocks - 1), false);
  const { kept, lost } = disk.cut(seededRandom(7));
  assertEquals(kept + lost, blocks - 1);
  const found = marks(Deno.readFileSync(file));
  assertEquals(found[0], 3, "forced");
  assertEquals([found.filter((mark) => mark === 2).length, found.filter((mark) => mark === 1).length], [
    kept,
    lost,
  ]);
  assertEquals(kept > 10 && lost > 10, true, `${kept} kept, ${lost} lost`);
});

Deno.test("half a block is refused", async () => {
  await using site = await openDisk();
  assertThrows(() => site.disk.write(512, filled(1), false), Error, "whole blocks");
});
