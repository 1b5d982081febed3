/** A reducer with its clock, for tests: what is on its way is answered by hand. */
import { SenderStatus } from "../../sender_status.ts";
import { statusOfCode } from "../../http_outcome.ts";
import { type DeferredOutcome, isRetriable } from "../deferred_outcome.ts";
import { deferredWakeAt } from "../deferred_pass.ts";
import { deferredStep, initialDeferred } from "../deferred_state.ts";
import {
  defaultDeferredSettings,
  type DeferredEvent,
  type DeferredRequest,
  type DeferredSettings,
} from "../deferred_types.ts";

/** A request with `text` as its payload, the key itself by default. */
export function request(
  key: string,
  { text, ...more }: Partial<DeferredRequest> & { readonly text?: string } = {},
): DeferredRequest {
  const payload = new TextEncoder().encode(text ?? key);
  return { key, itemType: "info", url: "https://c/info", payload, bailOnHTTPErr: true, ...more };
}

/** What a status code of the only port becomes; 0 = nobody answered. */
export function outcomeOf(code: number): DeferredOutcome {
  if (code === 0) return { kind: "no-answer", status: SenderStatus.SenderStatusFailed };
  if (code < 400) return { kind: "delivered" };
  const status = statusOfCode(code) ?? SenderStatus.SenderStatusFailed;
  return { kind: "refused", status, code, retriable: isRetriable(code) };
}

/** A queue at time 1000. */
export function testQueue(more: Partial<DeferredSettings> & { random?: number } = {}): TestQueue {
  const { random = 0.5, ...some } = more;
  return new TestQueue({ ...defaultDeferredSettings, ...some }, random);
}

/** See {@linkcode testQueue}. */
export class TestQueue {
  state = initialDeferred;
  now = 1000;
  aborted = 0;
  readonly logged: string[] = [];
  readonly reports: { readonly key: string; readonly status: number }[] = [];

  constructor(readonly settings: DeferredSettings, readonly random: number) {}

  step(event: DeferredEvent): this {
    const { state, effects } = deferredStep(this.state, event, this);
    this.state = state;
    for (const effect of effects) {
      if (effect.kind === "log") this.logged.push(`${effect.level} ${effect.text}`);
      if (effect.kind === "report") this.reports.push({ key: effect.item.key, status: effect.status });
      if (effect.kind === "abort-send") this.aborted++;
    }
    return this;
  }

  set(key: string, more: Partial<DeferredRequest> & { readonly text?: string } = {}): this {
    return this.step({ kind: "set", request: request(key, more) });
  }

  /** Ends the send that is on its way. */
  answer(code: number): this {
    const serial = this.state.sending?.item.serial;
    if (serial === undefined) throw new Error(`nothing is on its way that could be answered with ${code}`);
    return this.step({ kind: "sent", serial, outcome: outcomeOf(code), reason: `answered ${code}` });
  }

  /** Goes on by `ms`, waking the queue when it wants. */
  advance(ms: number): this {
    const end = this.now + ms;
    for (
      let due = deferredWakeAt(this.state);
      due !== undefined && due <= end;
      due = deferredWakeAt(this.state)
    ) {
      this.now = Math.max(this.now, due);
      this.step({ kind: "wake" });
    }
    this.now = end;
    return this;
  }

  get keys(): string[] {
    return this.state.items.map(({ key }) => key);
  }

  get onItsWay(): string | undefined {
    return this.state.sending?.item.key;
  }

  /** What the handler heard about a key. */
  told(key: string): number[] {
    return this.reports.filter((report) => report.key === key).map(({ status }) => status);
  }
}
