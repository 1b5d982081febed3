/** What a setting offers to the cases: publishers and observers over one device root, wherever they live. */
import type { PubsubErrorKind } from "../../services/pubsub/mod.ts";
import type { Observed } from "./observed.ts";
import type { Subject } from "./subjects.ts";

/** What became of a call: a file was written, nothing had to be, or it was refused. */
export type Outcome = "done" | "equal" | PubsubErrorKind;

/** What a publisher holds. */
export interface Held {
  /** JSON text by key. */
  readonly entries: ReadonlyMap<string, string>;
  readonly restarted: number;
}

/** A publisher of one topic. Values are JSON texts, so that no digit is lost on the way to another process. */
export interface Publisher {
  publish(key: string, json: string): Promise<Outcome>;
  unpublish(key: string): Promise<Outcome>;
  signalRestarted(): Promise<Outcome>;
  clearRestarted(): Promise<Outcome>;
  held(): Promise<Held>;
  /** As a program that withdraws its topic. */
  close(): Promise<void>;
  /** As a program that dies: every file stays. */
  die(): Promise<void>;
}

/** A subscriber of one topic, and what it was told. */
export interface Observer {
  readonly seen: Observed;
  /** It hears nothing until `resume`; false where that can't be had. */
  pause(): boolean;
  resume(): void;
  end(): Promise<void>;
}

/** One setting at work; everything in it ends with it. */
export interface Stage extends AsyncDisposable {
  readonly root: string;
  /** Subscribers read the files themselves and need no publisher for it. */
  readonly readsFiles: boolean;
  /** Ready when the publication is open. */
  publisher(subject: Subject): Promise<Publisher>;
  /** Ready when it listens. */
  observer(subject: Subject): Promise<Observer>;
  /** What the bus complained of. */
  readonly reports: readonly string[];
}

/** A setting of the suite. */
export interface Setting {
  readonly name: string;
  open(): Promise<Stage>;
}
