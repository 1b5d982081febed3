/** The examples run as an outsider runs them: each in a process of its own, with only the permissions that its head names. */
import { assertEquals, assertMatch } from "@std/assert";
import { makeDeviceRoot, startController } from "../../scripts/controller/mod.ts";
import { openBus, textCodec } from "../../services/pubsub/mod.ts";
import { startChild } from "../site/child.ts";

const run = ["run", "--quiet", "--no-lock", "--no-check", "--no-prompt"];

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "eve-comms-examples-" });
  try {
    await work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** What `post.ts` says. */
async function post(server: string, uuid: string, config: string): Promise<string> {
  const host = server.replace(/:\d+$/, "");
  const permissions = [`--allow-read=${config}`, `--allow-net=${host}`];
  const child = startChild(Deno.execPath(), [
    ...run,
    ...permissions,
    "tests/examples/post.ts",
    ...[server, uuid, config, "127.0.0.1"],
  ]);
  assertEquals((await child.ended).code, 0);
  assertEquals(child.lines.length, 1);
  return await child.line();
}

Deno.test("post.ts: prints the configuration, a refusal, or that nobody is there", async () => {
  await withFolder(async (folder) => {
    const controller = await startController({ dir: `${folder}/controller` });
    const { config, device } = await makeDeviceRoot(`${folder}/device`, { controller });
    const { uuid } = controller.addDevice({ certPem: device?.certPem ?? "" });
    controller.putConfig(uuid, { device_name: "example" });
    try {
      assertMatch(await post(controller.server, uuid, config), /^http http-status: .* answered 403, /);
      controller.setSettings({ enforceIntegrityToken: false });
      assertMatch(await post(controller.server, uuid, config), /^configuration \S+$/);
    } finally {
      await controller.stop();
    }
    assertMatch(await post(controller.server, uuid, config), /^tcp refused: All attempts to connect to /);
  });
});

Deno.test("follow.ts: prints what is there, what changes and what goes", async () => {
  await withFolder(async (root) => {
    const ending = new AbortController();
    const reported: Error[] = [];
    const bus = openBus({ root, signal: ending.signal, report: (error) => reported.push(error) });
    const topic = { agent: "zedagent", name: "AppInstanceConfig", persistent: false, codec: textCodec };
    const publication = bus.publication(topic);
    publication.publish("one", '{"DisplayName":"camera"}');
    const program = ["tests/examples/follow.ts", root, topic.agent, topic.name];
    await using child = startChild(Deno.execPath(), [...run, `--allow-read=${root}/run`, ...program]);
    assertEquals(await child.line(), 'new one {"DisplayName":"camera"}');
    assertEquals(await child.line(), "all read");
    publication.publish("one", '{"DisplayName":"door"}');
    assertEquals(await child.line(), 'changed one {"DisplayName":"door"}');
    publication.unpublish("one");
    assertEquals(await child.line(), "gone one");
    ending.abort();
    assertEquals(reported, []);
  });
});
