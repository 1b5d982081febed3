/** The table of readers against the tables of the spec and against the table of topics. */
import { assert, assertEquals } from "@std/assert";
import { topicPath } from "../pubsub/mod.ts";
import { subscribers, subscribersOf } from "./subscribers.ts";
import { ownedBy, topics } from "./table.ts";

const page = Deno.readTextFileSync(new URL("../../docs/spec/pubsub.md", import.meta.url));
const part = (from: string, to: string) => page.slice(page.indexOf(from), page.indexOf(to));
/** `[path, readers]` of every topic in the table, `agent/Topic` by the names of the table. */
const table = Object.entries(subscribers).flatMap(([agent, lists]) =>
  Object.entries(lists).map(([name, readers]): [string, readonly string[]] => [`${agent}/${name}`, readers])
);
const ours = Object.values(ownedBy).flatMap((list) => list.map((topic) => topic.agent));

/** `a (x), b ○ c` → a, b, c; words that name no subscriber are left out. */
function readersIn(cell: string, agent: string): string[] {
  return cell.replaceAll(/\([^)]*\)/g, "").split(/[◆○,]/).map((word) => word.trim()).filter((word) =>
    word !== ""
  )
    .flatMap((word) =>
      word === "files only" || word === "none" ? [] : word === "self only" ? [agent] : [word]
    );
}

Deno.test("every row of pubsub.md §14.1 has its readers, in its order", () => {
  const listed = new Map<string, readonly string[]>();
  for (const row of part("### 14.1", "### 14.2").split("\n")) {
    const [, name = "", , , , cell = ""] = row.split("|").map((text) => text.trim());
    const found = /^(\(global\)|[a-z]+)\/(dummy\/)?([A-Za-z, ]+)$/.exec(name);
    if (found === null) continue;
    const agent = (found[1] ?? "").replace(/[()]/g, "");
    for (const topic of (found[3] ?? "").split(", ")) {
      listed.set(`${agent}/${found[2] === undefined ? "" : "dummy"}${topic}`, readersIn(cell, agent));
    }
  }
  assert(listed.size > 37, `only ${listed.size} rows found`);
  const published = table.filter(([path]) =>
    path.startsWith("global/") || ours.includes(path.split("/")[0] ?? "")
  );
  assertEquals(Object.fromEntries(published), Object.fromEntries(listed));
});

/** `zedagent/{A (x), B}, nim/C (P)` → `zedagent/A`, `zedagent/B`, `nim/C`. */
function topicsIn(cell: string): string[] {
  return cell.replaceAll("(global)", "global").replaceAll(/\([^)]*\)/g, "").replaceAll(
    /(\w+)\/\{([^}]*)\}/g,
    (_, agent: string, names: string) => names.split(",").map((name) => `${agent}/${name.trim()}`).join(","),
  ).split(/[◆○,]/).map((word) => word.trim()).filter((word) => word !== "");
}

Deno.test("each of our services reads what pubsub.md §14.2 says", () => {
  const rows = part("### 14.2", "Consumers ignore entries").split("\n").map((row) =>
    row.split("|").map((text) => text.trim())
  );
  const cellOf = (service: string) => rows.find((row) => row[1] === service)?.[2] ?? "";
  const publishers = rows.slice(rows.findIndex((row) => row[1] === "Publisher") + 2);
  const fromOthers = publishers.flatMap(([, agents = "", cell = ""]) => {
    const cells = cell.replaceAll(/\([^)]*\)/g, "").split(" / ");
    return agents.split(" / ").flatMap((agent, index) =>
      (cells[index] ?? "").split(/[,;]/).map((name) => `${agent}/${name.trim()}`).filter((path) =>
        /\/\w+$/.test(path)
      )
    );
  });
  const wanted = {
    zedclient: topicsIn(cellOf("client")),
    loguploader: topicsIn(cellOf("loguploader")),
    diag: topicsIn(cellOf("diag")),
    nim: topicsIn(cellOf("nim")),
    // §14.1 has one topic more that zedagent publishes for itself; zedrouter/CipherMetrics has no publisher.
    zedagent: [...topicsIn(cellOf("zedagent ◆")), ...fromOthers, "zedagent/NetworkXObjectConfig"]
      .filter((path) => path !== "zedrouter/CipherMetrics"),
  };
  for (const [service, paths] of Object.entries(wanted)) {
    assert(paths.length > 1, service);
    const read = table.filter(([, readers]) => readers.includes(service)).map(([path]) => path);
    assertEquals(read.sort(), [...new Set(paths)].sort(), service);
  }
});

Deno.test("every topic of our programs has its line, and no list names anybody twice", () => {
  for (
    const topic of [
      ...Object.values(ownedBy).flat(),
      ...Object.values(topics).flatMap((of) => Object.values(of)),
    ]
  ) {
    const readers = subscribersOf(topic);
    assert(readers !== undefined, topicPath(topic));
    assertEquals(new Set(readers).size, readers.length, topicPath(topic));
  }
  assertEquals(subscribersOf(topics.nim.dummyDevicePortConfig), []);
  assertEquals(subscribersOf(topics.zedkube.KubeClusterUpdateStatus), ["zedagent"]);
  assertEquals(subscribersOf({ agent: "nobody", name: "Thing", persistent: false }), undefined);
});
