/** What became of a section: versions, states, since when, why, and what the controller and `busctl` see of it. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { config } from "../../../proto/device.ts";
import { testDevice } from "../../agent/test_device.ts";
import { topics } from "../../topics/mod.ts";
import { edgeDevConfig } from "../testdata/edge_dev_config.ts";
import { messages, text, versionOf } from "./section_hashes.ts";
import { held, needsWork, type SectionState, settled, unknownSection, wanted } from "./section_state.ts";
import { sectionStates } from "./section_states.ts";
import { runSteps, type SectionStep } from "./section_step.ts";

const worked = (state: SectionState, version: string, refused: readonly string[] = [], now = 1) =>
  settled(wanted(state, version), { refused }, now);

Deno.test("a version is a hash over all parts, their borders included", () => {
  const apps = (...names: string[]) =>
    messages(
      config.AppInstanceConfig,
      edgeDevConfig({ apps: names.map((displayname) => ({ displayname })) }).apps,
    );
  const versions = [
    [apps()],
    [apps(), text("a")],
    [apps(), text("b")],
    [apps("ab"), text("b")],
    [apps("a", "b"), text("b")],
    [apps("a"), apps("b"), text("b")],
    [text("a;1:b")],
    [text("a"), text("b")],
  ].map(versionOf);
  assertEquals(new Set(versions).size, versions.length);
  assertEquals(versionOf([apps("a"), text("b")]), versionOf([apps("a"), text("b")]));
});

Deno.test("applied once, worked on again only for another version", () => {
  assertEquals(needsWork(unknownSection, "v1"), true);
  const one = worked(unknownSection, "v1");
  assertEquals([one.state, one.desired, one.applied, one.since], ["applied", "v1", "v1", 1]);
  assertEquals([needsWork(one, "v1"), needsWork(one, "v2")], [false, true]);
  const two = worked(one, "v2", [], 5);
  assertEquals([two.applied, two.since], ["v2", 5]);
});

Deno.test("refused counts as handled (decisions.md 12), and nothing of it is called applied", () => {
  const one = worked(worked(unknownSection, "v1"), "v2", ["no UUID"], 5);
  assertEquals([one.state, one.applied, one.since, one.reasons], ["refused", "", 5, ["no UUID"]]);
  assertEquals(needsWork(one, "v2"), false);
  const kept = settled(wanted(worked(unknownSection, "v1"), "v2"), { refused: ["large"], kept: true }, 5);
  assertEquals([kept.state, kept.applied], ["refused", "v1"]);
  assertEquals(
    worked(unknownSection, "v1", Array.from({ length: 60 }, String)).reasons.at(-1),
    "and 10 more",
  );
});

Deno.test("pending asks for work again; since is when it began, however often it is tried", () => {
  const pending = { waits: "disk", reasons: ["full"] } as const;
  const first = settled(wanted(unknownSection, "v1"), { refused: ["x"], pending }, 3);
  assertEquals([first.state, first.waits, first.reasons, first.since], ["pending", "disk", ["full", "x"], 3]);
  assertEquals(needsWork(first, "v1"), true);
  const again = settled(wanted(first, "v1"), { refused: [], pending }, 9);
  assertEquals(again.since, 3);
  assertEquals(settled(wanted(again, "v2"), { refused: [], pending }, 11).since, 11);
  const done = settled(wanted(again, "v1"), { refused: [] }, 12);
  assertEquals([done.state, done.since, done.waits, done.applied], ["applied", 12, "", "v1"]);
});

Deno.test("held: the version in force stays, and a version that comes back does not wait", () => {
  const one = worked(unknownSection, "v1");
  const waiting = held(one, "v2", "maintenance", "maintenance", 7);
  assertEquals([waiting.state, waiting.desired, waiting.applied, waiting.since], ["pending", "v2", "v1", 7]);
  assertEquals(held(one, "v1", "maintenance", "maintenance", 7), one);
  assertEquals(held(waiting, "v1", "maintenance", "maintenance", 8).state, "applied");
  const refused = worked(one, "v2", ["bad"]);
  assertEquals(held(refused, "v2", "maintenance", "maintenance", 8), refused);
});

Deno.test("on the bus and for the controller: version, state, since, reason; a step that throws is refused and holds nobody back", async () => {
  await using device = testDevice({ agent: "zedagent" });
  const publication = device.bus.publication(topics.zedagent.ConfigSections);
  let changes = 0;
  const states = sectionStates(device, publication, () => changes++);
  const step = (section: string, work: SectionStep["work"]): SectionStep => ({
    section,
    parts: () => [text(section)],
    work,
  });
  const steps = [
    step("networks", () => {
      throw new RangeError("a bug");
    }),
    step("apps", () => ({ refused: [] })),
    step("edgeview", () => ({ refused: [], pending: { waits: "certificates", reasons: ["no cert"] } })),
  ];
  runSteps(states, steps, edgeDevConfig({}));
  states.settle("unused", { refused: [] });
  states.publish();
  assertEquals(publication.keys().toSorted(), ["apps", "edgeview", "networks"]);
  const apps = publication.get("apps");
  assertEquals([apps?.State, apps?.Desired, apps?.Reason], [
    "applied",
    versionOf([text("apps")]).slice(0, 16),
    "",
  ]);
  assertEquals(apps?.Applied, apps?.Desired);
  const edgeview = publication.get("edgeview");
  assertEquals([edgeview?.State, edgeview?.Applied, edgeview?.WaitsFor], ["pending", "", "certificates"]);
  assertStringIncludes(publication.get("networks")?.Reason ?? "", "a bug");
  const items = states.asItems();
  assertEquals([...items.keys()].toSorted(), ["config.edgeview", "config.networks"]);
  assertStringIncludes(items.get("config.edgeview")?.error ?? "", "pending since ");
  assertEquals([changes, states.isWaiting("certificates"), states.isWaiting("disk", "update")], [
    2,
    true,
    false,
  ]);
  const log = device.logged.length;
  runSteps(states, steps, edgeDevConfig({}));
  assertEquals([changes, device.logged.length], [2, log]);
});
