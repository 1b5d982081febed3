/** What can have an advisory: the packages of the lock files, and the runtime. */

/** One package at one version. */
export interface Dependency {
  /** As OSV spells it. */
  readonly ecosystem: "npm" | "crates.io";
  readonly name: string;
  readonly version: string;
  /** Part of the executables; the others are tools and tests of this repository. */
  readonly linked: boolean;
}

/** The texts of `scripts/build/compile.lock` and `deno.lock`. */
export interface Locks {
  readonly compile: string;
  readonly tools: string;
}

/**
 * Each once, what is linked first. Pure.
 * @param runtimeVersion of Deno, which is published as a crate
 * @throws {Error} naming a key of a lock file that can't be read
 */
export function dependencies(locks: Locks, runtimeVersion: string): Dependency[] {
  const found = new Map<string, Dependency>();
  const add = (dependency: Dependency) => {
    const key = `${dependency.ecosystem} ${dependency.name} ${dependency.version}`;
    if (!found.has(key)) found.set(key, dependency);
  };
  add({ ecosystem: "crates.io", name: "deno", version: runtimeVersion, linked: true });
  for (const [text, linked] of [[locks.compile, true], [locks.tools, false]] as const) {
    const npm: Readonly<Record<string, unknown>> = JSON.parse(text).npm ?? {};
    for (const key of Object.keys(npm)) {
      // `name@version`, behind an underscore the peers that it was resolved with.
      const match = /^(@?[^@]+)@([^_]+)/.exec(key);
      if (match === null) throw new Error(`lock file: expected name@version, got "${key}"`);
      const [, name = "", version = ""] = match;
      add({ ecosystem: "npm", name, version, linked });
    }
  }
  return [...found.values()];
}
