/** The thread in which PAC files run; started with no permission at all. */
import { awaitAnswer } from "./lookup_channel.ts";
import { runPac } from "./sandbox.ts";
import type { PacReport, PacRequest } from "./worker_messages.ts";

const thread = globalThis as unknown as {
  postMessage(report: PacReport): void;
  onmessage: (event: MessageEvent<PacRequest>) => void;
};

thread.onmessage = async ({ data: { wasm, job, channel } }) => {
  const tell = (report: PacReport) => thread.postMessage(report);
  const lookUp = (host: string) => awaitAnswer(channel, () => tell({ kind: "lookup", host }));
  const run = await runPac(wasm, job, lookUp, () => tell({ kind: "running" }));
  tell({ kind: "finished", run });
};
