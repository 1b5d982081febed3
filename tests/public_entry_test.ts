/** What a program outside this project gets with `mod.ts`: three rooms, and nothing of tests, programs or scripts. */
import { assertEquals } from "@std/assert";
import { checkout } from "../scripts/build/compile.ts";
import * as entry from "../mod.ts";

const ours = /^(controllerconn|proto|services\/pubsub|services\/std)\/|^mod\.ts$/;
const theirs = /\/testdata\/|(^|\/)test_|_test\.ts$/;

Deno.test("mod.ts gives controllerconn, messages and pubsub; it loads no test data, no program and no script", async () => {
  assertEquals(Object.keys(entry).sort(), ["controllerconn", "messages", "pubsub"]);
  assertEquals(Object.keys(entry.pubsub).sort(), ["PubsubError", "openBus", "textCodec"]);
  const command = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", "mod.ts"],
    cwd: checkout,
  });
  const { stdout } = await command.output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: readonly { readonly specifier: string }[];
  };
  const here = `file://${checkout.replace(/\/$/, "")}/`;
  const files = modules.map(({ specifier }) => specifier).filter((each) => each.startsWith(here))
    .map((each) => each.slice(here.length));
  assertEquals(files.includes("mod.ts"), true);
  assertEquals(files.filter((file) => !ours.test(file) || theirs.test(file)), []);
});
