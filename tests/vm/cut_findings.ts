/** What stands on a disk after a power cut. */
import { join } from "node:path";
import { auth, config } from "../../proto/all.ts";
import { tornFiles } from "../kills/files_whole.ts";
import { mustOutput, output } from "./command.ts";
import { numberOfFile } from "./cut_device.ts";

/** See {@linkcode inspectDisk}. */
export interface CutFindings {
  /** What e2fsck -p said; the journal is replayed by it. */
  readonly repaired: string;
  /** Files of ours that are torn or empty, with the reason. */
  readonly torn: readonly string[];
  /** Versions in `lastconfig` and `lastconfig.bak`; `undefined` for one that is not there. */
  readonly saved: readonly (number | undefined)[];
  /** Log files that wait, were sent, or are given up. */
  readonly logs: ReadonlySet<number>;
  /** `/persist/status/uuid`, `""` without. */
  readonly uuid: string;
}

/** @throws {Error} if the file system is more than unreplayed */
export async function inspectDisk(image: string, folder: string): Promise<CutFindings> {
  const copy = join(folder, "inspected.img");
  await mustOutput("cp", ["--sparse=always", image, copy]);
  const { code, text } = await output("e2fsck", ["-p", copy]);
  if (code > 1) throw new Error(`e2fsck -p ended with ${code}, expected a replay of the journal: ${text}`);
  await mustOutput("e2fsck", ["-fn", copy]);
  const root = join(folder, "inspected");
  await Deno.remove(root, { recursive: true }).catch(() => {});
  await Deno.mkdir(root);
  await mustOutput("debugfs", ["-R", `rdump /config /persist ${root}`, copy]);
  const persist = join(root, "persist");
  return {
    repaired: text.replaceAll(copy, "disk").trim(),
    torn: [...tornFiles(root), ...emptyFiles(root)],
    saved: ["lastconfig", "lastconfig.bak"].map((name) => versionIn(join(persist, "checkpoint", name))),
    logs: new Set(
      ["devUpload", "keepSentQueue", "failedUpload"].flatMap((name) =>
        namesIn(join(persist, "newlog", name)).flatMap(numberOfFile)
      ),
    ),
    uuid: textOf(join(persist, "status/uuid")).trim(),
  };
}

/** Of a saved configuration. @throws {Error} if it is torn */
function versionIn(path: string): number | undefined {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const payload = auth.AuthContainer.decode(bytes).protectedPayload?.payload ?? new Uint8Array();
  return Number(config.ConfigResponse.decode(payload).config?.device_name?.replace("vm-", ""));
}

/** Written without content where there is nothing to keep yet: a message whose members are all zero. */
const emptyAtFirst = ["lastradioconfig", "lastappbootconfig"];

/** Temporary files of whoever was at work may be anything; newlogd's are not ours. */
function emptyFiles(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory) return emptyFiles(path);
    const mayBeEmpty = /^(tmp\d+|TempFile\d+)$/.test(entry.name) || emptyAtFirst.includes(entry.name);
    return entry.isFile && !mayBeEmpty && Deno.statSync(path).size === 0 ? [`${path} is empty`] : [];
  });
}

function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
