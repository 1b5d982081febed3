/** Who publishes a topic now, in words. */
import { readOwner, type Topic } from "../pubsub/mod.ts";

/** `loading` in the moments before the restored entries are there; `none` also where only a Go agent could be the owner. */
export interface OwnerView {
  readonly state: "alive" | "loading" | "none" | "unreadable";
  readonly pid?: number;
}

/** Looks at the lock. Never throws. */
export function ownerOf(root: string, topic: Topic<unknown>): OwnerView {
  if (topic.manyWriters) return { state: "none" };
  try {
    const owner = readOwner(root, topic);
    if (owner === undefined) return { state: "none" };
    const pid = owner.pid === undefined ? {} : { pid: owner.pid };
    return { state: owner.loaded ? "alive" : "loading", ...pid };
  } catch {
    return { state: "unreadable" };
  }
}

/** For people. */
export function ownerText({ state, pid }: OwnerView): string {
  return state === "alive" ? `pid ${pid}` : state === "loading" ? `pid ${pid ?? "?"} (loading)` : state;
}
