/** A small `/persist`, that can be full. */
import { mountTmpfs } from "../../services/pubsub/testdata/mounted.ts";

/** See {@linkcode openDisk}. */
export interface SmallDisk extends AsyncDisposable {
  /** Takes every byte that is left. */
  fill(): void;
  free(): void;
}

/** @param folder is mounted over */
export async function openDisk(folder: string): Promise<SmallDisk> {
  const mounted = await mountTmpfs(folder, "12m");
  const filler = `${folder}/.filler`;
  return {
    fill() {
      using file = Deno.openSync(filler, { create: true, append: true });
      for (const size of [65_536, 4_096]) {
        const piece = new Uint8Array(size);
        try {
          while (file.writeSync(piece) === size);
        } catch (error) {
          if (!isFull(error)) throw error;
        }
      }
    },
    free: () => Deno.removeSync(filler),
    [Symbol.asyncDispose]: () => mounted[Symbol.asyncDispose](),
  };
}

/** ENOSPC. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && /no space left|ENOSPC|os error 28/i.test(error.message);
}
