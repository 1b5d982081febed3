/** What an onboarding costs, by purpose, is on the bus when the program has ended. */
import { assertEquals } from "@std/assert";
import { topics } from "../topics/mod.ts";
import { makeSite, network, startClient } from "./test_site.ts";

Deno.test("requests of an onboarding are counted by purpose and published before the end", async () => {
  await using site = await makeSite();
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  assertEquals(await client.code, 0);
  const { lo } = topics.zedclient.TrafficCounters.codec.decode(
    site.read("/run/zedclient/TrafficCounters/global.json") ?? "{}",
  );
  const sent = (endpoints: readonly string[]) =>
    site.controller.requests.filter(({ endpoint }) => endpoints.some((each) => each === endpoint)).length;
  assertEquals(Object.keys(lo ?? {}).sort(), ["certs", "register"]);
  assertEquals([lo?.["certs"]?.Requests, lo?.["certs"]?.SentBytes], [sent(["certs"]), 0]);
  assertEquals([lo?.["register"]?.Requests, lo?.["register"]?.Failures], [sent(["register", "uuid"]), 0]);
  assertEquals((lo?.["register"]?.SentBytes ?? 0) > 104 * sent(["uuid"]), true);
});
