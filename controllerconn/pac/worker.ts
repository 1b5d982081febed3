/** The thread in which PAC files run; started with no permission at all. */
import { awaitAnswer } from "./lookup_channel.ts";
import { runPac } from "./sandbox.ts";
import type { PacReport, PacRequest } from "./worker_messages.ts";

const thread = globalThis as unknown as {
  postMessage(report: PacReport): void;
  onmessage: (event: MessageEvent<PacRequest>) => void;
};

thread.onmessage = async ({ data: { wasm, job, channel } }) => {
  thread.postMessage({ kind: "running" });
  const outcome = await runPac(
    wasm,
    job,
    (host) => awaitAnswer(channel, () => thread.postMessage({ kind: "lookup", host })),
  );
  thread.postMessage({ kind: "outcome", outcome });
};
