import { assertEquals } from "@std/assert";
import { newClient } from "./client.ts";
import { mergeMetricsMaps } from "../services/topics/mod.ts";
import { newAgentMetrics } from "./metrics_counters.ts";
import { addresses, clientOptions, network, port } from "./testdata/device.ts";
import { answer, startServer } from "./testdata/server.ts";
import { withClient } from "./testdata/with_client.ts";

const TIME = "2025-03-01T10:00:00.123Z";
const newMetrics = (time = TIME) => newAgentMetrics(() => Date.parse(time));

Deno.test("[controllerconn#27] published form: names, order, zero times, plain numbers; unused is {}", () => {
  const metrics = newMetrics();
  assertEquals(JSON.stringify(metrics.snapshot()), "{}");
  metrics.recordFailure("eth0", "https://ctrl.example/api/v2/edgedevice/ping", 0, 0);
  metrics.recordSuccess("eth0", "https://ctrl.example/api/v2/edgedevice/ping", 104, 12, 850.4, true);
  metrics.recordAuthFailure();
  assertEquals(
    JSON.stringify(metrics.snapshot()),
    '{"":{"FailureCount":0,"SuccessCount":0,"LastFailure":"0001-01-01T00:00:00Z","LastSuccess":"0001-01-01T00:00:00Z",' +
      '"URLCounters":{},"AuthFailCount":1},' +
      `"eth0":{"FailureCount":1,"SuccessCount":1,"LastFailure":"${TIME}","LastSuccess":"${TIME}",` +
      '"URLCounters":{"https://ctrl.example/api/v2/edgedevice/ping":{"TryMsgCount":1,"TryByteCount":0,' +
      '"SentMsgCount":1,"SentByteCount":104,"RecvMsgCount":1,"RecvByteCount":12,"TotalTimeSpent":850,' +
      '"SessionResume":1}},"AuthFailCount":0}}',
  );
});

Deno.test("[controllerconn#27] 404 counts as success, an unreachable port as one failure of 0 bytes, an envelope under ''", async () => {
  const metrics = newMetrics();
  const two = () => network(port("eth0", addresses("127.0.0.1", "127.0.0.2")));
  await withClient(
    { handler: answer(404, "none") },
    { metrics, deviceNetworkStatus: two },
    async ({ send, client }) => {
      const { reqURL } = await send("uuid", new Uint8Array(0));
      client.removeAndVerifyAuthContainer(new Uint8Array(3));
      const { eth0, "": envelopes } = metrics.snapshot();
      assertEquals([eth0?.SuccessCount, eth0?.FailureCount, envelopes?.AuthFailCount], [1, 0, 1]);
      const { SentMsgCount, SentByteCount, RecvMsgCount, RecvByteCount, TryMsgCount } =
        eth0?.URLCounters[reqURL] ?? {};
      assertEquals([SentMsgCount, SentByteCount, RecvMsgCount, RecvByteCount, TryMsgCount], [
        1,
        104,
        1,
        4,
        0,
      ]);
    },
  );
  const gone = await startServer({ handler: answer(200) });
  await gone.close();
  const client = newClient(clientOptions({ metrics, deviceNetworkStatus: two }));
  const { reqURL } = await client.sendOnAllIntf(`localhost:${gone.port}/x`, new Uint8Array(9), {
    signal: new AbortController().signal,
  });
  const eth0 = metrics.snapshot()["eth0"];
  assertEquals(eth0?.FailureCount, 1, "one for the port, not one for each address");
  const { TryMsgCount, TryByteCount, SentMsgCount } = eth0?.URLCounters[reqURL] ?? {};
  assertEquals([TryMsgCount, TryByteCount, SentMsgCount], [1, 0, 0]);
});

Deno.test("[controllerconn#28] sums: counters add, times take the later one, URLs merge; the parts stay", () => {
  const one = newMetrics("2025-03-01T10:00:00Z");
  one.recordSuccess("eth0", "https://c/a", 1, 2, 3, false);
  one.recordFailure("eth0", "https://c/a", 4, 5);
  const two = newMetrics("2025-03-02T10:00:00Z");
  two.recordSuccess("eth0", "https://c/a", 10, 20, 30, true);
  two.recordSuccess("eth0", "https://c/b", 7, 7, 7, false);
  two.recordFailure("eth1", "https://c/b", 0, 0);
  const before = JSON.stringify([one.snapshot(), two.snapshot()]);
  const parts = [one.snapshot(), two.snapshot()] as const;
  for (const sum of [mergeMetricsMaps([parts[0], parts[1]]), mergeMetricsMaps([parts[1], parts[0]])]) {
    assertEquals(Object.keys(sum), ["eth0", "eth1"]);
    assertEquals([sum["eth0"]?.SuccessCount, sum["eth0"]?.FailureCount, sum["eth1"]?.FailureCount], [
      3,
      1,
      1,
    ]);
    assertEquals(sum["eth0"]?.LastSuccess, "2025-03-02T10:00:00.000Z");
    assertEquals(sum["eth0"]?.LastFailure, "2025-03-01T10:00:00.000Z");
    assertEquals(sum["eth1"]?.LastSuccess, "0001-01-01T00:00:00Z");
    assertEquals(sum["eth0"]?.URLCounters["https://c/a"], {
      TryMsgCount: 1,
      TryByteCount: 4,
      SentMsgCount: 2,
      SentByteCount: 11,
      RecvMsgCount: 3,
      RecvByteCount: 27,
      TotalTimeSpent: 33,
      SessionResume: 1,
    });
    assertEquals(Object.keys(sum["eth0"]?.URLCounters ?? {}), ["https://c/a", "https://c/b"]);
  }
  assertEquals(JSON.stringify(parts), before);
});

Deno.test("times with nanoseconds, as Go publishes them, compare as well", () => {
  const map = (LastSuccess: string) => ({
    eth0: {
      FailureCount: 0,
      SuccessCount: 1,
      LastFailure: LastSuccess,
      LastSuccess,
      URLCounters: {},
      AuthFailCount: 0,
    },
  });
  const early = map("2025-03-01T10:00:00.123456788Z");
  const late = map("2025-03-01T10:00:00.123456789Z");
  assertEquals(mergeMetricsMaps([early, late])["eth0"]?.LastSuccess, "2025-03-01T10:00:00.123456789Z");
  assertEquals(mergeMetricsMaps([late, early])["eth0"]?.LastSuccess, "2025-03-01T10:00:00.123456789Z");
});

Deno.test("URLs can be removed, snapshots are copies", () => {
  const metrics = newMetrics();
  metrics.recordSuccess("eth0", "https://c/apps/instanceid/1/newlogs", 1, 1, 1, false);
  metrics.recordSuccess("eth0", "https://c/newlogs", 1, 1, 1, false);
  const snapshot = metrics.snapshot();
  metrics.removeURLs((url) => url.includes("apps/instanceid"));
  assertEquals(Object.keys(metrics.snapshot()["eth0"]?.URLCounters ?? {}), ["https://c/newlogs"]);
  assertEquals(Object.keys(snapshot["eth0"]?.URLCounters ?? {}).length, 2);
});
