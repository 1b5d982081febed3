/** The lab itself: it leaves nothing behind, says what it needs, and the dev controller runs in it. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { startScript } from "../site/child.ts";
import { until } from "../site/until.ts";
import { CONTROLLER_NAME } from "./address_plan.ts";
import { runProgram } from "./command.ts";
import { DevController } from "./dev_controller.ts";
import { Lab } from "./lab.ts";

const OPEN_LAB = "tests/netns/children/open_lab.ts";

/** Namespaces, folders and processes whose names or arguments hold `word`. */
async function tracesOf(word: string): Promise<string[]> {
  const outputs = [
    await runProgram("ip", ["netns", "list"]),
    await runProgram("ls", ["/etc/netns", Deno.env.get("TMPDIR") ?? "/tmp"]),
    await runProgram("ps", ["-eo", "args"]),
  ];
  return outputs.flatMap(({ stdout }) => stdout.split("\n").filter((line) => line.includes(word)));
}

Deno.test("a lab that a failing test leaves is gone", async () => {
  const word = `evelab-${Deno.pid}-`;
  await assertRejects(
    async () => {
      await using lab = await Lab.open({});
      assert((await tracesOf(word)).length > 0);
      await lab.device.run("false");
    },
    Error,
    "failed with 1",
  );
  assertEquals(await tracesOf(word), []);
});

Deno.test("a lab of a killed run is swept away by the next one", async () => {
  await using killed = startScript(OPEN_LAB);
  const { event } = JSON.parse(await killed.lineAt(0)) as { readonly event: string };
  assertEquals(event, "ready");
  const word = `evelab-${killed.pid}-`;
  await killed.kill();
  assert((await tracesOf(word)).length > 0);
  await using _ = await Lab.open({});
  await until("no trace of it", async () => (await tracesOf(word)).length === 0);
});

Deno.test("without the right to make namespaces it says so, and what is needed", async () => {
  const flags = ["run", "--quiet", "--no-lock", "--no-check", "--allow-all"];
  const { code, stderr } = await runProgram("setpriv", [
    ...["--bounding-set=-sys_admin,-net_admin", "--inh-caps=-sys_admin,-net_admin"],
    ...[Deno.execPath(), ...flags, new URL("children/open_lab.ts", import.meta.url).pathname],
  ]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Operation not permitted");
  assertStringIncludes(stderr, "tests/netns makes network namespaces: run it as root (CAP_NET_ADMIN");
});

Deno.test("the dev controller in a lab: a ping arrives from the uplink's address", async () => {
  await using lab = await Lab.open({});
  const controller = lab.use(await DevController.start(lab));
  const { rootCertificatePem } = controller;
  const sender = await lab.startSender({ rootCertificatePem });
  const outcome = await sender.send(`${CONTROLLER_NAME}/api/v2/edgedevice/ping`);
  assertEquals([outcome.kind, outcome.text, outcome.httpStatus], [null, "", 200]);
  assertStringIncludes(JSON.stringify(await controller.admin("/admin/requests")), "edgedevice/ping");
});
