/** The executable busctl on real directories: live, copied, broken; and that it writes nothing. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { hostArch } from "../scripts/build/arch.ts";
import { executable } from "../scripts/build/compile.ts";
import { openBus } from "../services/pubsub/mod.ts";
import { defaultConfigItems, goEdgeNodeInfo, topics } from "../services/topics/mod.ts";
import { until } from "./site/until.ts";

const file = executable(hostArch, "busctl");
const wide = '{"A":{"b.c":[1,{"d":9007199254740993}]}}';

async function busctl(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(file, { args, stdin: "null" }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), complaint: text.decode(stderr) };
}

/** A bus with a persistent and two plain topics, one of them foreign, and what stands in it. */
function openLive() {
  const root = Deno.makeTempDirSync({ prefix: "busctl" });
  const ending = new AbortController();
  const bus = openBus({ root, signal: ending.signal, report: () => {} });
  const items = bus.publication(topics.zedagent.ConfigItemValueMap);
  items.publish("global", defaultConfigItems());
  const info = bus.publication(topics.zedagent.EdgeNodeInfo);
  info.publish("global", goEdgeNodeInfo.make({ DeviceName: "edge-1" }));
  bus.publication(topics.nim.DevicePortConfigList).publish("global", {
    CurrentIndex: -1,
    PortConfigList: null,
  });
  Deno.mkdirSync(`${root}/run/other/Thing`, { recursive: true });
  Deno.writeTextFileSync(`${root}/run/other/Thing/a b#1.json`, wide);
  return {
    root,
    info,
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await new Promise((resolve) => setTimeout(resolve, 0));
      Deno.removeSync(root, { recursive: true });
    },
  };
}

function everything(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder)).flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    const { ino, mtime, size } = Deno.lstatSync(path);
    return [`${path} ${ino} ${mtime?.getTime()} ${size}`, ...isDirectory ? everything(path) : []];
  }).sort();
}

Deno.test("a folder that no topic can be called by is told, and the others are listed", async () => {
  await using live = openLive();
  const long = `${live.root}/run/other/${"x".repeat(120)}`;
  Deno.mkdirSync(long);
  Deno.writeTextFileSync(`${long}/a.json`, "{}");
  const list = await busctl("ls", "--root", live.root);
  assertStringIncludes(list.complaint, "its socket path would exceed 107 bytes");
  assertStringIncludes(list.out, "other/Thing");
  assertStringIncludes(list.out, "zedagent/EdgeNodeInfo");
});

Deno.test("busctl ls, get and graph on a live bus, of the table and not; nothing is written", async () => {
  await using live = openLive();
  const before = everything(live.root);
  const root = ["--root", live.root];
  const list = await busctl("ls", ...root);
  assertEquals([list.code, list.complaint], [0, ""]);
  const row = (start: string) => list.out.split("\n").find((line) => line.startsWith(start)) ?? "";
  assertStringIncludes(row("zedagent/ConfigItemValueMap"), `pid ${Deno.pid}`);
  assert(/^nim\/DevicePortConfigList +P +global/.test(row("nim/DevicePortConfigList")), list.out);
  assertStringIncludes(row("other/Thing"), "unknown topic");
  const lines = (await busctl("ls", "--json", "zedagent", ...root)).out.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(lines.map(({ topic, key }) => [topic, key]), [
    ["zedagent/ConfigItemValueMap", "global"],
    ["zedagent/EdgeNodeInfo", "global"],
  ]);

  const field = (path: string, ...words: string[]) =>
    busctl("get", ...words, "--json", "--field", path, ...root);
  const item = 'GlobalSettings."timer.config.interval".IntValue';
  assertEquals((await field(item, "zedagent/ConfigItemValueMap")).out, "60\n");
  assertEquals((await field('A."b.c".1.d', "other/Thing", "a b#1")).out, "9007199254740993\n");
  assertEquals((await busctl("get", "other/Thing", "--json", ...root)).out, `${wide}\n`);
  assertStringIncludes(
    (await busctl("get", "other/Thing", ...root)).out,
    '      {\n        "d": 9007199254740993\n',
  );
  for (const words of [["other/Nothing"], ["other/Thing", "b"], ["other/Thing", "--field", "A.x"]]) {
    const missing = await busctl("get", ...words, ...root);
    assertEquals([missing.code, missing.out], [1, ""]);
    assert(missing.complaint.startsWith("busctl: other/"), missing.complaint);
  }

  const graph = await busctl("graph", ...root);
  assert(/^live +zedagent\/ConfigItemValueMap +-> zedagent, nim, loguploader/m.test(graph.out), graph.out);
  assertStringIncludes(
    (await busctl("graph", "--dot", "nim", ...root)).out,
    '"zedagent/ControllerCert" -> "nim"',
  );
  const svg = (await busctl("graph", "--svg", ...root)).out;
  assert(svg.startsWith("<svg ") && svg.trimEnd().endsWith("</svg>") && !svg.includes("href"));
  assertEquals((await busctl("check", ...root)).code, 0);
  assertEquals(everything(live.root), before);
});

Deno.test("busctl check names each kind of fault with its code, and ends with 1", async () => {
  await using live = openLive();
  const root = ["--root", live.root];
  Deno.removeSync(`${live.root}/run/other`, { recursive: true });
  assertEquals((await busctl("check", ...root)).code, 0);
  const folder = `${live.root}/run/zedagent/EdgeNodeInfo`;
  const write = (name: string, text: string, mode = 0o600) =>
    Deno.writeTextFileSync(`${folder}/${name}`, text, { mode });
  write("empty.json", "");
  write("torn.json", '{"DeviceName":"ed');
  write("foreign.json", "[1]");
  write("type.json", '{"DeviceName":7}');
  write("unknown.json", '{"DeviceName":"x","Stray":1}');
  write("a.json.json", "{}");
  write("large.json", JSON.stringify({ DeviceName: "x".repeat(60_000) }));
  write("huge.json", "");
  Deno.truncateSync(`${folder}/huge.json`, 2 ** 32);
  write("restarted", "1\n");
  write("one.json.bak", "{}");
  write(`tmp00000000199999999`, "x");
  write("open.json", "{}", 0o644);
  Deno.chmodSync(`${folder}/open.json`, 0o644);
  const { code, out } = await busctl("check", "--json", ...root);
  assertEquals(code, 1);
  const codes = out.trim().split("\n").map((line) => JSON.parse(line)).filter(({ level }) =>
    level === "error"
  )
    .map((finding) => `${finding.code} ${String(finding.path).split("/").at(-1)}`);
  assertEquals(codes.sort(), [
    "bad-backup one.json.bak",
    "bad-counter restarted",
    "bad-name a.json.json",
    "empty empty.json",
    "foreign foreign.json",
    "stale-temp tmp00000000199999999",
    "too-large huge.json",
    "too-large large.json",
    "torn torn.json",
    "unknown-field unknown.json",
    "wrong-mode open.json",
    "wrong-type type.json",
  ]);
});

Deno.test("busctl watch tells each changed field until SIGINT, and ends with 0", async () => {
  await using live = openLive();
  const child = new Deno.Command(file, {
    args: ["watch", "zedagent", "--root", live.root],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let out = "";
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) out += text;
  })();
  let n = 1;
  await until("a change is told", () => {
    live.info.publish("global", goEdgeNodeInfo.make({ DeviceName: `edge-${++n}` }));
    return /zedagent\/EdgeNodeInfo global {2}DeviceName: "edge-\d+" -> "edge-\d+"\n/.test(out);
  }, 20_000);
  live.info.unpublish("global");
  await until("the delete", () => out.includes("zedagent/EdgeNodeInfo global  deleted\n"), 20_000);
  child.kill("SIGINT");
  assertEquals((await child.status).code, 0);
  await reading;
});

Deno.test("busctl without a bus ends with 2 and says what it looked for", async () => {
  const { code, complaint } = await busctl("ls", "--root", "/nonexistent");
  assertEquals([code, complaint], [
    2,
    "busctl: expected /nonexistent/run or /nonexistent/persist/status, neither is there\n",
  ]);
});
