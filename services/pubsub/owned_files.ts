/**
 * The files of a topic that this process owns, as far as they may differ from memory: what a failure or a stranger has left missing
 * or unsynced is owed, and written again (`spec/pubsub.md §7`).
 */
import { makeFolder, removeIfPresent, replaceFile, syncFolder } from "./atomic_file.ts";
import { PubsubError } from "./error.ts";

/** What the publication lends. */
export interface OwnedFilesSetting {
  readonly directory: string;
  /** Syncs the folder, and keeps backups. `/run` is empty after a power loss (design.md rule 4). */
  readonly persistent: boolean;
  readonly report: (error: PubsubError) => void;
  /** Names of all files that must be there. */
  readonly names: () => readonly string[];
  /** Their content, undefined for none of them. */
  readonly textOf: (file: string) => string | undefined;
  /** Called when a removed directory has been written again. @throws {PubsubError} */
  readonly rebuilt: () => void;
}

/** See the head of this file. */
export class OwnedFiles {
  readonly #owed: Set<string>;
  /** Files whose backup has failed, which has been told. */
  readonly #unbacked = new Set<string>();

  /** @param owed what is owed from the start */
  constructor(private readonly setting: OwnedFilesSetting, owed: readonly string[]) {
    this.#owed = new Set(owed);
  }

  /** The file must be written even if memory holds the same. */
  owes(file: string): boolean {
    return this.#owed.has(file);
  }

  /**
   * Replaces a file, and then whatever else is owed.
   * @param stands called when readers see the new file, whatever fails after that
   * @throws {PubsubError} `io`
   */
  write(file: string, bytes: Uint8Array, backup: boolean, stands: () => void): void {
    const { directory, persistent } = this.setting;
    const replace = () =>
      replaceFile(`${directory}/${file}`, bytes, {
        backup,
        backupFailed: (error) => this.#tellUnbacked(file, error),
        syncFolder: persistent,
        replaced: () => {
          stands();
          this.#owed.add(file);
        },
      });
    try {
      replace();
    } catch (error) {
      if (!(error instanceof PubsubError && error.cause instanceof Deno.errors.NotFound)) throw error;
      this.#rebuild();
      replace();
    }
    this.#owed.delete(file);
    if (this.#owed.size > 0) this.#tryOwed();
  }

  /**
   * Removes a file, with `backup` its `.bak` first.
   * @param gone called when readers don't see it any more, whatever fails after that
   * @throws {PubsubError} `io`
   */
  remove(file: string, backup: boolean, gone: () => void): void {
    const { directory, persistent } = this.setting;
    if (backup) removeIfPresent(`${directory}/${file}.bak`);
    const removed = removeIfPresent(`${directory}/${file}`);
    gone();
    this.#owed.delete(file);
    if (removed && persistent) syncFolder(directory);
  }

  /** Somebody removed the directory: all of it comes back, since memory says that it is published. */
  #rebuild(): void {
    const { directory, report, names, rebuilt } = this.setting;
    report(new PubsubError("io", `${directory} was removed by someone else; it is written again`));
    for (const file of names()) this.#owed.add(file);
    makeFolder(directory);
    for (const file of this.#owed) this.#writeAgain(file);
    rebuilt();
  }

  /** What fails once more waits for the next write; the call that failed first has said so. */
  #tryOwed(): void {
    try {
      for (const file of this.#owed) this.#writeAgain(file);
    } catch (error) {
      if (!(error instanceof PubsubError)) throw error;
    }
  }

  #writeAgain(file: string): void {
    const { directory, persistent, textOf } = this.setting;
    const text = textOf(file);
    if (text !== undefined) replaceFile(`${directory}/${file}`, text, { syncFolder: persistent });
    this.#owed.delete(file);
  }

  #tellUnbacked(file: string, error: PubsubError): void {
    if (!this.#unbacked.has(file)) this.setting.report(error);
    this.#unbacked.add(file);
  }
}
