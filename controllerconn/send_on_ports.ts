/**
 * Tries ports in order until one ends the call; ways that have just led nowhere come last, and so do the other ways of a port over
 * which a server let a request hang: each of them could cost a send timer, and no other port would get its turn
 * (`spec/controllerconn.md §7`, weak spot 15).
 */
import type { Path } from "./connect/path_memory.ts";
import type { ControllerConnErrorKind } from "./error.ts";
import { addPort, NOTHING_YET, type PortResult, type Total } from "./port_result.ts";
import type { SendContext } from "./send_context.ts";
import { ALL_WAYS, notTried, sendOnPort, type WaysWanted } from "./send_on_port.ts";

/** Never throws. */
export async function sendOnPorts(context: SendContext, ifNames: readonly string[]): Promise<Total> {
  const later = new Map<string, Path>();
  const hung = new Set<string>();
  const name = ({ ifName, sourceAddr, proxy }: Path) => `${ifName} ${sourceAddr} ${proxy}`;
  const isBad = (path: Path) => context.memory.isBad(path, context.monotonic());
  const first: WaysWanted = {
    wants(path) {
      if (!isBad(path) && !hung.has(path.ifName)) return true;
      later.set(name(path), path);
      return false;
    },
    isShort: () => false,
    hung: (ifName) => hung.add(ifName),
  };
  const failures = new PortFailures(context);
  const total = await visit(context, ifNames, first, NOTHING_YET, failures);
  if (total.done || context.signal.aborted || later.size === 0) return failures.recorded(total);
  const left = new Set([...later.values()].map(({ ifName }) => ifName)).difference(failures.answered);
  const rest: WaysWanted = { wants: (path) => later.has(name(path)), isShort: isBad, hung: () => {} };
  return failures.recorded(
    await visit(context, ifNames.filter((each) => left.has(each)), rest, total, failures),
  );
}

/** One port, with all of its ways. Never throws. */
export async function sendOnOnePort(context: SendContext, ifName: string): Promise<Total> {
  const failures = new PortFailures(context);
  return failures.recorded(await visit(context, [ifName], ALL_WAYS, NOTHING_YET, failures));
}

/** One failure for each port that nobody answered over, however often it was visited (`spec/controllerconn.md §11.1`). */
class PortFailures {
  readonly answered = new Set<string>();
  readonly #kinds = new Map<string, ControllerConnErrorKind>();
  constructor(private readonly context: SendContext) {}

  add({ ifName, unanswered, answer, attempts }: PortResult): void {
    const kind = attempts.at(-1)?.kind;
    if (unanswered === true && kind !== undefined) this.#kinds.set(ifName, kind);
    if (answer === undefined) return;
    this.answered.add(ifName);
    this.#kinds.delete(ifName);
  }

  recorded(total: Total): Total {
    const { options: { metrics, purposes }, reqURL, request } = this.context;
    if (request.dryRun === true) return total;
    for (const [ifName, kind] of this.#kinds) {
      metrics?.recordFailure(ifName, reqURL, 0, 0);
      purposes?.recordFailure(reqURL, ifName, kind);
    }
    return total;
  }
}

async function visit(
  context: SendContext,
  ifNames: readonly string[],
  ways: WaysWanted,
  before: Total,
  failures: PortFailures,
): Promise<Total> {
  let total = before;
  for (const ifName of ifNames) {
    if (context.signal.aborted) {
      total = addPort(total, notTried(context, ifName), false);
      continue;
    }
    const port = await sendOnPort(context, ifName, ways);
    if (port === undefined) continue;
    failures.add(port);
    total = addPort(total, port, context.request.bailOnHTTPErr === true);
    if (total.done && !context.signal.aborted) break;
  }
  return total;
}
