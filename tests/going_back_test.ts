/**
 * The way back to EVE's own agents: every file that we leave below `/persist` is, byte for byte, what a Go agent would have
 * written. The examples are those of `docs/spec`; where a page has none, its description put into bytes by hand.
 */
import { assert, assertEquals } from "@std/assert";
import { checkpointNames } from "../services/agent/mod.ts";
import { openBus, type Topic } from "../services/pubsub/mod.ts";
import { blockExample, inlineExample } from "../services/topics/testdata/spec_example.ts";
import { ownedBy } from "../services/topics/mod.ts";
import { goFiles, otherFiles } from "./going_back/persistent_files.ts";

const app = "3f2c9a1e-6d54-4a7b-9c33-5b8d1f0e7a21";
const utf8 = (text: string) => new TextEncoder().encode(text);

/** A protobuf field of wire type 2. */
function field(id: number, content: Uint8Array | string): number[] {
  const bytes = typeof content === "string" ? utf8(content) : content;
  const length = bytes.length < 128 ? [bytes.length] : [bytes.length & 0x7f | 0x80, bytes.length >> 7];
  return [id << 3 | 2, ...length, ...bytes];
}

/** A protobuf field of wire type 0, below 128. */
const number = (id: number, value: number) => [id << 3, value];

function page(name: string): string {
  return Deno.readTextFileSync(new URL(`../docs/spec/${name}`, import.meta.url));
}

/** The dump of `device-api.md §4.7` after a heading: its hex digits alone. */
function dumped(after: string): Uint8Array {
  const text = page("device-api.md");
  const begin = text.indexOf("```\n", text.indexOf(after)) + 4;
  const lines = text.slice(begin, text.indexOf("```", begin)).split("\n");
  const digits = lines.map((line) => line.trim().split(/ {2,}/)[0] ?? "").filter((part) =>
    /^[0-9a-f ]+$/.test(part)
  );
  return Uint8Array.fromHex(digits.join("").replaceAll(" ", ""));
}

/** The controller's certificate of `device-api.md §4.7`, in PEM without a final newline. */
function controllerPem(): string {
  const text = page("device-api.md");
  const begin = text.indexOf("-----BEGIN", text.indexOf("Controller signing cert as it appears"));
  return text.slice(begin, text.indexOf("\n```", begin));
}

/** Name of a file → what EVE's agent writes into it. */
const examples: Readonly<Record<string, Uint8Array>> = {
  "zedclient/OnboardingStatus": utf8(blockExample("client.md", "### 3.1")),
  "nim/DevicePortConfigList": utf8(blockExample("nim.md", "Example of the persisted DPCL")),
  "zedagent/PatchEnvelopeInfoList": utf8(
    `{"Envelopes":[{"Name":"p","Version":"1","AllowedApps":["${app}"],"PatchID":"${app}","Errors":null,"State":1,` +
      '"BinaryBlobs":null,"VolumeRefs":null,"CipherBlobs":null}]}',
  ),
  "uuid": utf8("5d0767ee-0547-4569-b530-387e526f8cb9\n"),
  "hardwaremodel": utf8("QEMU.Standard PC"),
  "rebootConfig": utf8(inlineExample("zedagent.md", "11.1 Persisted command", '{"Counter"')),
  "shutdownConfig": utf8('{"Counter":5,"DesiredState":true,"OpsTime":"a \\u003c b \\u0026 c"}'),
  "lastdevcmdtimestamp": utf8("18446744073709551615"),
  "lastconfig": dumped("Response to `uuid` (144 bytes)"),
  "controllercerts": new Uint8Array(
    field(
      1,
      new Uint8Array([
        ...number(1, 2),
        ...field(2, Uint8Array.fromHex("b13785df9ddb9a7ba9c6a605225867a9f2a79e86d7c2c3d2baa93240d9428997")),
        ...number(3, 1),
        ...field(4, controllerPem()),
      ]),
    ),
  ),
  "lastradioconfig": new Uint8Array([...field(1, "token"), ...number(2, 1)]),
  "lastlocalprofile": new Uint8Array([...field(1, "factory"), ...field(2, "token")]),
  "lastappbootconfig": new Uint8Array([
    ...field(1, "token"),
    ...field(2, new Uint8Array([...field(1, app), ...field(2, "camera"), ...number(3, 1)])),
  ]),
  "appCommands": utf8(
    `{"AppCommands":{"${app}":{"Command":2,"LocalServerTimestamp":18446744073709551615,` +
      '"DeviceTimestamp":"2026-05-20T22:13:31.07Z","Completed":false,"LastCompletedTimestamp":0}},' +
      `"AppCounters":{"${app}":{"RestartCmd":{"Counter":0,"ApplyTime":""},` +
      '"PurgeCmd":{"Counter":1,"ApplyTime":"2026-05-20 22:13:31.07 +0000 UTC"}}},"VolumeGenCounters":{}}',
  ),
  "localnetworkconfig": utf8(blockExample("zedagent.md", "### 8.8")),
};

for (const { name, again } of goFiles) {
  Deno.test(`${name}: what EVE writes comes out byte for byte`, () => {
    const bytes = examples[name];
    assert(bytes !== undefined && again !== undefined, "each file has an example");
    const out = again(bytes);
    assertEquals(new TextDecoder().decode(out), new TextDecoder().decode(bytes));
    assertEquals(out.toHex(), bytes.toHex());
  });
}

const persistentTopics = Object.values(ownedBy).flat().filter(({ persistent }) => persistent);

/** Lays EVE's file below one root, restores it as its owner does, and publishes that below another root. */
function throughTheBus<T>(topic: Topic<T>, content: Uint8Array): Uint8Array {
  const folder = Deno.makeTempDirSync({ prefix: "eve-comms-back-" });
  const ending = new AbortController();
  const path = (root: string) => `${root}/persist/status/${topic.agent}/${topic.name}/global.json`;
  const open = (name: string) => {
    const root = `${folder}/${name}`;
    const report = (error: Error) => {
      throw error;
    };
    return { root, bus: openBus({ root, signal: ending.signal, report }) };
  };
  try {
    const before = open("go");
    Deno.mkdirSync(`${before.root}/persist/status/${topic.agent}/${topic.name}`, { recursive: true });
    Deno.writeFileSync(path(before.root), content);
    const value = before.bus.publication(topic).get("global");
    assert(value !== undefined, "the owner has restored it");
    const after = open("ours");
    after.bus.publication(topic).publish("global", value);
    assertEquals(Deno.readFileSync(path(before.root)).toHex(), content.toHex(), "restoring changes nothing");
    return Deno.readFileSync(path(after.root));
  } finally {
    ending.abort();
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("persistent topics: restored from EVE's file, their file is written byte for byte the same", () => {
  const names = persistentTopics.map(({ agent, name }) => `${agent}/${name}`);
  assertEquals(names.sort(), goFiles.map(({ name }) => name).filter((name) => name.includes("/")).sort());
  for (const topic of persistentTopics) {
    const content = examples[`${topic.agent}/${topic.name}`] ?? new Uint8Array();
    assertEquals(new TextDecoder().decode(throughTheBus(topic, content)), new TextDecoder().decode(content));
  }
});

Deno.test("each checkpoint file is on the list, and docs/flashing.md names every file", () => {
  const known = goFiles.filter(({ path }) => path.source.includes("checkpoint")).map(({ name }) => name);
  assertEquals(known.sort(), [...checkpointNames].sort());
  const doc = Deno.readTextFileSync(new URL("../docs/flashing.md", import.meta.url));
  const unnamed = [...goFiles, ...otherFiles].filter(({ name }) => !doc.includes(`\`${name}\``));
  assertEquals(unnamed.map(({ name }) => name), []);
});
