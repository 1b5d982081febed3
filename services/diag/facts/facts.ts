/** All that the checks and the report know: gathered once, then plain data. */
import type { BusView } from "../bus/view.ts";
import type { PortTest } from "./port_outcome.ts";

/** Why a file can't be used. */
export interface FileFault {
  /** Code of the check that tells it. */
  readonly code: string;
  readonly text: string;
}

/** Who signs, and for how long its certificate holds. */
export interface IdentityFacts {
  readonly who: "device" | "onboarding" | "nobody";
  /** Milliseconds since 1970; absent without a readable certificate. */
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly inTpm: boolean;
}

/** `/config` as it was found. */
export interface FileFacts {
  /** As it stands in `/config/server`; `""` if it can't be used. */
  readonly server: string;
  readonly identity: IdentityFacts;
  readonly faults: readonly FileFault[];
}

/** What became of a question to one name server. */
export interface NameServerAnswer {
  readonly server: string;
  /** Addresses, or why there are none. */
  readonly addresses: readonly string[];
  readonly problem?: string;
  /** The port has no address of its family: nobody asks it, so that it neither helps nor delays. */
  readonly unasked?: true;
}

/** A file of the bus that is no value of its topic. */
export interface DamagedFile {
  readonly path: string;
  readonly text: string;
}

/** Log files that wait, by folder; `undefined` where the folder is not there. */
export interface LogFolders {
  readonly waiting: number;
  readonly quarantined: number;
  /** mtime of the oldest that waits, milliseconds since 1970; 0 if none waits. */
  readonly oldestMs: number;
}

/** The one lookup of the controller's name with the system's name servers (`spec/diag.md §5.4`). */
export interface SystemLookup {
  readonly host: string;
  readonly addresses: readonly string[];
  readonly problem?: string;
}

/** See the head of this file. */
export interface Facts {
  /** Wall clock of the device, milliseconds since 1970. */
  readonly now: number;
  /** When this program was made; no clock is right before it. */
  readonly builtAt: number;
  /** Content of `/run/eve-release`, trimmed; `""` if there is none. */
  readonly release: string;
  readonly files: FileFacts;
  readonly bus: BusView;
  /** False on a workbench: nothing is said of bus, ports, configuration and logs. */
  readonly live: boolean;
  readonly damaged: readonly DamagedFile[];
  readonly logFolders: LogFolders | undefined;
  /** Interface name → what the requests over it gave; `undefined`: none were made, as the device is connected. */
  readonly tests: ReadonlyMap<string, PortTest> | undefined;
  /** Interface name → what its name servers say; only where tests were made. */
  readonly nameServers: ReadonlyMap<string, readonly NameServerAnswer[]>;
  readonly lookup: SystemLookup | undefined;
}
