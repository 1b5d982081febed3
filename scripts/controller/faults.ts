/** Which faults wait for which requests. @module */

import type { Endpoint } from "./endpoint.ts";
import type { Fault } from "./fault.ts";

/** A fault in force. */
export interface FaultProgram {
  readonly id: number;
  /** `*` aims at every request. */
  readonly endpoint: Endpoint | "*";
  readonly fault: Fault;
  /** Requests that it saw. */
  readonly seen: number;
  /** Requests that it spoiled. */
  readonly hits: number;
}

/** Programs per endpoint, in the order in which they were added; the first that applies wins, one a request. */
export class Faults {
  #programs: FaultProgram[] = [];
  #lastId = 0;

  /** @returns its id, for {@linkcode remove} */
  add(endpoint: Endpoint | "*", fault: Fault): number {
    const id = ++this.#lastId;
    this.#programs.push({ id, endpoint, fault, seen: 0, hits: 0 });
    return id;
  }

  /** Ends one fault. @returns whether it was still there */
  remove(id: number): boolean {
    const before = this.#programs.length;
    this.#programs = this.#programs.filter((program) => program.id !== id);
    return this.#programs.length < before;
  }

  /** Ends all faults of an endpoint, or all there are. */
  clear(endpoint?: Endpoint | "*"): void {
    this.#programs = this.#programs.filter((program) =>
      endpoint !== undefined && program.endpoint !== endpoint
    );
  }

  /** What waits. A fault that has been used up is no longer in it. */
  list(): readonly FaultProgram[] {
    return this.#programs;
  }

  /** The fault for one request; counts. */
  take(endpoint: Endpoint, uuid?: string): Fault | undefined {
    for (const [index, program] of this.#programs.entries()) {
      const { fault } = program;
      if (program.endpoint !== "*" && program.endpoint !== endpoint) continue;
      if (fault.uuid !== undefined && fault.uuid !== uuid) continue;
      const seen = program.seen + 1;
      const due = seen > (fault.after ?? 0);
      const hits = program.hits + (due ? 1 : 0);
      if (due && fault.times !== undefined && hits >= fault.times) this.#programs.splice(index, 1);
      else this.#programs[index] = { ...program, seen, hits };
      if (due) return fault;
    }
    return undefined;
  }
}
