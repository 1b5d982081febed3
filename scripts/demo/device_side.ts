/** What the demo reads of the device: only its files, as a person at the device would. */
import { join } from "node:path";

/** Looks below one device root. */
export class DeviceSide {
  constructor(readonly root: string) {}

  /** The JSON of one entry; `undefined` while it is not there. */
  json(path: string): Record<string, unknown> | undefined {
    const text = this.text(path);
    return text === undefined ? undefined : JSON.parse(text);
  }

  text(path: string): string | undefined {
    try {
      return Deno.readTextFileSync(join(this.root, path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  exists(path: string): boolean {
    try {
      Deno.statSync(join(this.root, path));
      return true;
    } catch {
      return false;
    }
  }

  count(path: string, fits: (name: string) => boolean): number {
    try {
      return [...Deno.readDirSync(join(this.root, path))].filter((entry) => fits(entry.name)).length;
    } catch {
      return 0;
    }
  }

  /** `agent/topic` → number of entries, of everything on the bus. */
  topics(): Map<string, number> {
    const found = new Map<string, number>();
    for (const base of ["run", "persist/status"]) {
      for (const agent of this.#folders(base)) {
        for (const topic of this.#folders(`${base}/${agent}`)) {
          const entries = this.count(`${base}/${agent}/${topic}`, (name) => name.endsWith(".json"));
          if (entries > 0) found.set(`${agent}/${topic}`, entries);
        }
      }
    }
    return found;
  }

  /** gz files that still wait. */
  logsWaiting(): number {
    const isGzip = (name: string) => name.endsWith(".gz");
    return this.count("persist/newlog/devUpload", isGzip) + this.count("persist/newlog/appUpload", isGzip);
  }

  /** The process number in `/run/<agent>.pid`. */
  pidOf(agent: string): number {
    return Number(this.text(`run/${agent}.pid`) ?? "0");
  }

  #folders(path: string): string[] {
    try {
      return [...Deno.readDirSync(join(this.root, path))].filter((entry) => entry.isDirectory).map((entry) =>
        entry.name
      );
    } catch {
      return [];
    }
  }
}
