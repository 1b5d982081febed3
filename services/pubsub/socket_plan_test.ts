import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileContent, fileName, MAX_MESSAGE, messageSize, planValue, withFiles } from "./socket_plan.ts";
import { checkWireSize } from "./wire_size.ts";

const topic = { agent: "ag", name: "Big", persistent: false };

/** Suffixes of the fields that travel as files, or why the value can't. */
function moved(value: unknown, key = "k"): readonly string[] | string {
  const plan = planValue(topic, key, JSON.stringify(value));
  return plan.kind === "send" ? plan.move.map((field) => field.suffix) : plan.reason;
}

/** The message for a value, with files named 0, 1, … */
function messageOf(value: unknown, key = "k") {
  const json = JSON.stringify(value);
  const plan = planValue(topic, key, json);
  assert(plan.kind === "send");
  const names = plan.move.map((field, index) => fileName(field.suffix, index));
  return {
    text: withFiles(topic, json, plan.move, names),
    files: plan.move.map((field) => fileContent(json, field)),
  };
}

Deno.test("[pubsub#20] large fields stay inline as long as the message fits", () => {
  assertEquals(moved({ A: 1 }), []);
  assertEquals(moved({ "pubsub-large-X": null, "pubsub-large-Y": "y".repeat(48_000) }), []);
});

Deno.test("[pubsub#20] the file and the member are those of the spec", () => {
  const value = { Small: "s", "pubsub-large-CloudInitUserData": "é".repeat(30_000) };
  const { text, files } = messageOf(value);
  assertEquals(
    text,
    String
      .raw`{"Small":"s","pubsub-file-CloudInitUserData":"\"/persist/pubsub-large/ag/Big/pubsub-file-CloudInitUserData0000000000\""}`,
  );
  assertEquals(files, [`{"pubsub-large-CloudInitUserData":"${"é".repeat(30_000)}"}`]);
});

Deno.test("the largest fields go first, and no more than needed; their order in the text stays", () => {
  const of = (...sizes: number[]) =>
    Object.fromEntries(sizes.map((size, index) => [`pubsub-large-F${index}`, "x".repeat(size)]));
  assertEquals(moved(of(20_000, 30_000)), ["F1"]);
  assertEquals(moved(of(30_000, 60_000, 10_000, 40_000)), ["F1", "F3"]);
  assertEquals(moved(of(50, 30_000, 50, 30_000, 50)), ["F1"]);
});

Deno.test("fields at any depth, with values of any kind", () => {
  const certs = ["c".repeat(30_000), "d".repeat(30_000)];
  const value = {
    Ports: [{ "pubsub-large-ProxyCertPEM": certs, N: 1 }, { "pubsub-large-ProxyCertPEM": null }],
  };
  const { text, files } = messageOf(value);
  const named: unknown = JSON.parse(text);
  assertEquals(Object(named).Ports[0].N, 1);
  assertEquals(
    Object(named).Ports[0]["pubsub-file-ProxyCertPEM"],
    '"/persist/pubsub-large/ag/Big/pubsub-file-ProxyCertPEM0000000000"',
  );
  assertEquals(Object(named).Ports[1], { "pubsub-large-ProxyCertPEM": null });
  assertEquals(JSON.parse(files[0] ?? ""), { "pubsub-large-ProxyCertPEM": certs });
});

Deno.test("what a publisher may publish can be sent", () => {
  let sent = 0;
  for (let small = 48_700; small < 49_200; small += 7) {
    const value = { A: "a".repeat(small), "pubsub-large-X": "x".repeat(100_000), "pubsub-large-Y": "y" };
    const json = JSON.stringify(value);
    try {
      checkWireSize(topic, "k", json, json.length);
    } catch {
      continue;
    }
    assert(messageSize("Big", "k", messageOf(value).text.length) <= MAX_MESSAGE);
    sent++;
  }
  assert(sent > 10 && sent < 60, `${sent} of 72`);
});

Deno.test("a field of 1 MiB and a rest that is too large are refused with their sizes", () => {
  assertStringIncludes(
    String(moved({ "pubsub-large-X": "x".repeat(1_048_576) })),
    "pubsub-large-X takes 1048597",
  );
  assertStringIncludes(
    String(moved({ A: "a".repeat(50_000), "pubsub-large-X": "x".repeat(90) })),
    "its message takes",
  );
});

Deno.test("a field whose name could lead to another folder stays inline", () => {
  assertStringIncludes(
    String(moved({ "pubsub-large-../../../etc/x": "x".repeat(60_000) })),
    "its message takes",
  );
  assertStringIncludes(String(moved({ "pubsub-large-": "x".repeat(60_000) })), "its message takes");
});
