/** A file system of 64 kB, to be filled up by tests. Needs root: the tests of CI run as root. */
import { mountTmpfs } from "./mounted.ts";

/** Runs a test in a folder that is a tmpfs of its own; fails clearly where none can be mounted. */
export async function withSmallDisk(body: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "disk" });
  {
    await using _disk = await mountTmpfs(folder, "64k");
    await body(folder);
  }
  Deno.removeSync(folder);
}
