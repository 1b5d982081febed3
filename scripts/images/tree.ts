/** What an image holds: every file, folder and link with its mode. Pure. */
import { home } from "./home.ts";
import { programs } from "../permissions.ts";
import { startScript } from "./start_script.ts";
import { systemdUnits } from "./systemd_units.ts";

/** What an image takes from `dist/<arch>/`. */
export const imageExecutables = ["zedbox", "bridge"] as const;
/** See {@linkcode imageExecutables}. */
export type ImageExecutable = typeof imageExecutables[number];

/** One member; `path` is absolute in the rootfs, `mode` without the file type. */
export type Member =
  | { readonly kind: "folder"; readonly path: string; readonly mode: number }
  | { readonly kind: "text"; readonly path: string; readonly mode: number; readonly text: string }
  /** Copied from `dist/<arch>/<executable>`. */
  | {
    readonly kind: "executable";
    readonly path: string;
    readonly mode: number;
    readonly executable: ImageExecutable;
  }
  | { readonly kind: "link"; readonly path: string; readonly target: string };

/** zedbox with a link for each program, the bridge, and the glue that starts them (decisions.md 29). */
export function imageMembers(): readonly Member[] {
  return [
    ...["/opt", home, `${home}/bin`, `${home}/systemd`, "/opt/zededa", "/opt/zededa/bin"].map((
      path,
    ): Member => ({ kind: "folder", path, mode: 0o755 })),
    ...imageExecutables.map((executable): Member => ({
      kind: "executable",
      path: `${home}/bin/${executable}`,
      mode: 0o755,
      executable,
    })),
    ...programs.flatMap((program): Member[] => [
      { kind: "link", path: `${home}/bin/${program}`, target: "zedbox" },
      { kind: "link", path: `/opt/zededa/bin/${program}`, target: `${home}/bin/zedbox` },
    ]),
    { kind: "text", path: `${home}/start`, mode: 0o755, text: startScript() },
    ...systemdUnits().map(({ name, text }): Member => ({
      kind: "text",
      path: `${home}/systemd/${name}`,
      mode: 0o644,
      text,
    })),
  ];
}
