/** Publisher and subscriber in processes of their own. */
import { type Child, startScript } from "../site/child.ts";
import { type Observation, Observed } from "./observed.ts";
import type { Held, Observer, Outcome, Publisher, Setting, Stage } from "./stage.ts";
import { type Subject, subjects } from "./subjects.ts";

/** The children of a stage and what they complained of. */
export interface Children {
  readonly root: string;
  readonly reports: string[];
  readonly running: Child[];
}

/** Starts `children/publisher.ts`; its publication is open then. */
export async function childPublisher(children: Children, subject: Subject): Promise<Publisher> {
  const child = startScript("tests/conformance/children/publisher.ts", children.root, subject);
  children.running.push(child);
  const waiting: PromiseWithResolvers<unknown>[] = [];
  child.onLine = (line) => {
    if (line.startsWith('{"report"')) children.reports.push(JSON.parse(line).report);
    else if (line !== "open") waiting.shift()?.resolve(JSON.parse(line));
  };
  child.ended.then(() => waiting.forEach(({ reject }) => reject(new Error("the publisher has ended"))));
  await opened(child);

  async function ask(...call: string[]): Promise<unknown> {
    const answer = Promise.withResolvers<unknown>();
    waiting.push(answer);
    await child.tell(JSON.stringify(call));
    return await answer.promise;
  }

  return {
    publish: async (key, json) => await ask("publish", key, json) as Outcome,
    unpublish: async (key) => await ask("unpublish", key) as Outcome,
    signalRestarted: async () => await ask("signalRestarted") as Outcome,
    clearRestarted: async () => await ask("clearRestarted") as Outcome,
    async held() {
      const { entries, restarted } = await ask("held") as { entries: [string, string][]; restarted: number };
      return { entries: new Map(entries), restarted } satisfies Held;
    },
    async close() {
      await ask("close");
      await child.kill();
    },
    die: () => child.kill(),
  };
}

/** Starts `children/subscriber.ts`. */
async function childObserver(children: Children, subject: Subject): Promise<Observer> {
  const child = startScript("tests/conformance/children/subscriber.ts", children.root, subject);
  children.running.push(child);
  const seen = new Observed(subjects[subject]);
  child.onLine = (line) => {
    if (line.startsWith('{"report"')) children.reports.push(JSON.parse(line).report);
    else if (line !== "open") seen.take(JSON.parse(line) as Observation);
  };
  await opened(child);
  return {
    seen,
    pause() {
      child.signal("SIGSTOP");
      return true;
    },
    resume: () => child.signal("SIGCONT"),
    end: () => child.kill(),
  };
}

/** What was reported while opening may stand before the word. */
async function opened(child: Child): Promise<void> {
  for (let n = 0; await child.lineAt(n) !== "open";) n++;
}

/** Ends all children and removes the root. */
export async function endStage(children: Children): Promise<void> {
  for (const child of children.running) await child.kill();
  await Deno.remove(children.root, { recursive: true });
}

async function open(): Promise<Stage> {
  const children: Children = { root: await Deno.makeTempDir({ prefix: "two" }), reports: [], running: [] };
  return {
    root: children.root,
    reports: children.reports,
    readsFiles: true,
    publisher: (subject) => childPublisher(children, subject),
    observer: (subject) => childObserver(children, subject),
    [Symbol.asyncDispose]: () => endStage(children),
  };
}

/** See above. */
export const acrossProcesses: Setting = { name: "across processes", open };
