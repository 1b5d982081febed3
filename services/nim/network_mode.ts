/** Whether nim changes this machine (`spec/nim.md §16`). Pure. */

/** `observe`: nothing is changed. `apply`: Linux follows the configuration. `plan`: says what `apply` would do, and ends. */
export type NetworkMode = "observe" | "apply" | "plan";

const modes: readonly NetworkMode[] = ["observe", "apply", "plan"];

/** Is it one of them? */
export function isNetworkMode(text: string): text is NetworkMode {
  return modes.some((mode) => mode === text);
}

/** See {@linkcode chooseMode}. */
export interface ChosenMode {
  readonly mode: NetworkMode;
  /** For the log. */
  readonly why: string;
}

/**
 * As asked; else only an EVE device is changed: another machine would lose its network.
 * @param root `--root`, `""` without
 * @param isEVE `/run/eve-release` exists
 */
export function chooseMode(asked: NetworkMode | undefined, root: string, isEVE: boolean): ChosenMode {
  if (asked !== undefined) return { mode: asked, why: "as the command line asks" };
  if (root !== "") return { mode: "observe", why: "with --root nothing is changed unless asked" };
  return isEVE
    ? { mode: "apply", why: "this is an EVE device, /run/eve-release exists" }
    : { mode: "observe", why: "this is no EVE device, /run/eve-release is missing" };
}
