/**
 * One run of a PAC file, in a JavaScript engine of its own (QuickJS in WebAssembly) that knows no Deno, no network and
 * no file. It is made for the run and thrown away after it. It blocks its thread: `worker.ts` is that thread.
 */
import { EvalFlags, JSException, type JSValueHandle, QuickJS } from "quickjs-wasi";
import { dateRange, timeRange, weekdayRange } from "./calendar.ts";
import { MAX_RESULT_CHARS, type PacErrorKind } from "./error.ts";
import {
  dnsDomainIs,
  dnsDomainLevels,
  isAddressInNet,
  isPlainHostName,
  localHostOrDomainIs,
  parseIPv4,
  shellExpressionPattern,
} from "./host_functions.ts";

/** What is run, and the answers it can't find out for itself. */
export interface PacJob {
  readonly pacText: string;
  readonly url: string;
  readonly host: string;
  /** Milliseconds since 1970; stands still while the file runs. */
  readonly now: number;
  readonly myIpAddress: string;
}

/** What `FindProxyForURL` returned, or why it returned nothing. */
export type PacOutcome =
  | { readonly kind: "result"; readonly text: string }
  | { readonly kind: PacErrorKind; readonly text: string };

/** A finished run. */
export interface PacRun {
  readonly outcome: PacOutcome;
  /** What the engine held at the end; its thread may hold it for a while yet. */
  readonly memoryBytes: number;
}

/** IPv4 and IPv6 addresses of a name, none where it does not resolve; blocks. */
export type LookUp = (host: string) => readonly string[];

/** What a PAC file may use, in bytes; beyond it gets an exception. */
const MEMORY_LIMIT = 32 * 1024 * 1024;
const STACK_LIMIT = 256 * 1024;
/** Longest text of an exception that is passed on. */
const MAX_REASON_CHARS = 300;
/** Names beyond do not resolve: a hostile file must not send queries without end. */
const MAX_LOOKUPS = 64;
const MAX_NAME_CHARS = 253;
/** Reading an argument may run the file's own code, which may call a function again: so deep, for the thread's stack. */
const MAX_DEPTH = 16;

type Value = string | number | boolean;

function once(lookUp: LookUp): LookUp {
  const known = new Map<string, readonly string[]>();
  return (host) => {
    const before = known.get(host);
    if (before !== undefined) return before;
    if (host === "" || host.length > MAX_NAME_CHARS || known.size >= MAX_LOOKUPS) return [];
    const found = lookUp(host);
    known.set(host, found);
    return found;
  };
}

function functionsFor(job: PacJob, lookUp: LookUp): Readonly<Record<string, (...args: string[]) => Value>> {
  const resolve = (host: string) =>
    parseIPv4(host) === undefined ? lookUp(host).find((one) => parseIPv4(one) !== undefined) ?? "" : host;
  return {
    isPlainHostName: (host = "") => isPlainHostName(host),
    dnsDomainIs: (host = "", domain = "undefined") => dnsDomainIs(host, domain),
    localHostOrDomainIs: (host = "", hostDomain = "") => localHostOrDomainIs(host, hostDomain),
    dnsDomainLevels: (host = "") => dnsDomainLevels(host),
    isResolvable: (host = "") => resolve(host) !== "",
    dnsResolve: (host = "") => resolve(host),
    isInNet: (host = "", network = "", mask = "") => isAddressInNet(resolve(host), network, mask),
    myIpAddress: () => job.myIpAddress,
    weekdayRange: (...args) => weekdayRange(args, job.now),
    dateRange: (...args) => dateRange(args, job.now),
    timeRange: (...args) => timeRange(args, job.now),
  };
}

function toHandle(vm: QuickJS, value: Value): JSValueHandle {
  if (typeof value === "string") return vm.newString(value);
  if (typeof value === "number") return vm.newNumber(value);
  return value ? vm.true : vm.false;
}

function installFunctions(vm: QuickJS, job: PacJob, lookUp: LookUp): void {
  // Unlike JSValueHandle.toString, it lets through what the conversion throws.
  const asText = vm.evalCode("(value) => '' + value");
  const textOf = (value: JSValueHandle) => {
    using text = vm.callFunction(asText, vm.undefined, value);
    return text.toString();
  };
  let depth = 0;
  const install = (name: string, run: (...args: string[]) => JSValueHandle) => {
    using handle = vm.newFunction(name, (...args) => {
      if (depth >= MAX_DEPTH) throw new RangeError("too much recursion");
      depth++;
      try {
        return run(...args.map(textOf));
      } finally {
        depth--;
      }
    });
    vm.setProp(vm.global, name, handle);
  };
  for (const [name, run] of Object.entries(functionsFor(job, once(lookUp)))) {
    install(name, (...args) => toHandle(vm, run(...args)));
  }
  install("alert", () => vm.undefined);
  // The pattern may be hostile, so the engine with the memory limit runs it.
  const test = vm.evalCode(
    "(text, pattern) => { try { return RegExp(pattern).test(text) } catch { return false } }",
  );
  install("shExpMatch", (text = "undefined", expression = "undefined") => {
    using subject = vm.newString(text);
    using pattern = vm.newString(shellExpressionPattern(expression));
    return vm.callFunction(test, vm.undefined, subject, pattern);
  });
}

function makeEngine(wasm: WebAssembly.Module, now: number, onMemory: (memory: WebAssembly.Memory) => void) {
  return QuickJS.create({
    wasm,
    memoryLimit: MEMORY_LIMIT,
    maxStackSize: STACK_LIMIT,
    wasi: (memory) => {
      onMemory(memory);
      return {
        clock_time_get: (_clock: number, _precision: bigint, result: number) => {
          new DataView(memory.buffer).setBigUint64(result, BigInt(Math.trunc(now)) * 1_000_000n, true);
          return 0;
        },
        // Nothing that it writes goes anywhere: 8 is "no such file".
        fd_write: () => 8,
      };
    },
  });
}

/** Reading an exception may run the file's own code, which may throw again. */
function reasonOf(error: unknown): string {
  try {
    const text = error instanceof JSException ? error.handle.toString() : `${error}`;
    return text.slice(0, MAX_REASON_CHARS);
  } catch {
    return "an exception without a text";
  }
}

function run(vm: QuickJS, job: PacJob): PacOutcome {
  try {
    vm.evalCode(job.pacText, "PAC", EvalFlags.COMPILE_ONLY).dispose();
  } catch (error) {
    return { kind: "syntax", text: reasonOf(error) };
  }
  try {
    vm.evalCode(job.pacText, "PAC").dispose();
    const find = vm.evalCode("typeof FindProxyForURL === 'function' ? FindProxyForURL : undefined");
    if (!find.isFunction) return { kind: "no-function", text: "no function FindProxyForURL" };
    const result = vm.callFunction(find, vm.undefined, vm.newString(job.url), vm.newString(job.host));
    if (!result.isString) return { kind: "bad-result", text: result.isNull ? "null" : vm.typeof(result) };
    const text = result.toString();
    if (text.length > MAX_RESULT_CHARS) return { kind: "bad-result", text: `${text.length} characters` };
    return { kind: "result", text };
  } catch (error) {
    return { kind: "threw", text: reasonOf(error) };
  }
}

/**
 * Runs one PAC file; whatever the file does is an outcome, except that it never ends.
 * @param onRunning called when the engine is ready, before the file runs
 */
export async function runPac(
  wasm: WebAssembly.Module,
  job: PacJob,
  lookUp: LookUp,
  onRunning?: () => void,
): Promise<PacRun> {
  let memory: WebAssembly.Memory | undefined;
  const finished = (outcome: PacOutcome) => ({ outcome, memoryBytes: memory?.buffer.byteLength ?? 0 });
  try {
    using vm = await makeEngine(wasm, job.now, (made) => memory = made);
    installFunctions(vm, job, lookUp);
    onRunning?.();
    return finished(run(vm, job));
  } catch (error) {
    return finished({ kind: "sandbox", text: reasonOf(error) });
  }
}
