/** What the delivery of logs costs is on the bus. */
import { assert } from "@std/assert";
import { topics } from "../topics/mod.ts";
import { eventually, openSite } from "./test_site.ts";

Deno.test("logs of the device and of apps count as logs, with the bytes of their files", async () => {
  await using site = await openSite();
  site.fastUpload(true);
  const files = [
    ["devUpload", await site.deviceFile("from the device")],
    ["appUpload", await site.appFile("from the app")],
  ] as const;
  const bytes = files.map(([folder, name]) =>
    Deno.statSync(`${site.root}/persist/newlog/${folder}/${name}`).size
  )
    .reduce((sum, size) => sum + size, 0);
  site.ready();
  site.start(40);
  const counters = () => {
    try {
      const text = Deno.readTextFileSync(`${site.root}/run/loguploader/TrafficCounters/global.json`);
      return topics.loguploader.TrafficCounters.codec.decode(text)["lo"]?.["logs"];
    } catch {
      return undefined;
    }
  };
  await eventually("both are counted", () => counters()?.Requests === 2);
  const { SentBytes = 0, Failures } = counters() ?? {};
  // Each file and its envelope.
  assert(SentBytes > bytes + 200 && SentBytes < bytes + 400 && Failures === 0, `${SentBytes} for ${bytes}`);
});
