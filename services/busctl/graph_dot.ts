/** The graph for Graphviz. Pure. */
import type { Edge } from "./graph.ts";

/** Agents are boxes, topics ellipses; what is not live is dashed. */
export function dotText(edges: readonly Edge[]): string {
  const lines = edges.flatMap(({ publisher, topic, subscribers, live }) => {
    const style = live ? "" : " [style=dashed]";
    return [
      `  ${quote(topic)} [shape=ellipse${live ? "" : " style=dashed"}];`,
      `  ${quote(publisher)} -> ${quote(topic)}${style};`,
      ...subscribers.map((name) => `  ${quote(topic)} -> ${quote(name)}${style};`),
    ];
  });
  return ["digraph bus {", "  rankdir=LR;", "  node [shape=box fontname=sans];", ...lines, "}"].join("\n");
}

const quote = (text: string) => JSON.stringify(text);
