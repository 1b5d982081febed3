/** The place of an address in the status of the running nim. */
import { assertEquals } from "@std/assert";
import { until } from "../../agent/test_device.ts";
import { withNetwork } from "../testdata/with_network.ts";

Deno.test("named on the command line, a service is asked from the port's address, and its answer is published", async () => {
  const asked: string[] = [];
  const service = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (_, { remoteAddr }) => {
    asked.push(remoteAddr.transport === "tcp" ? remoteAddr.hostname : "");
    return Response.json({ ip: "192.0.2.1", city: "Berlin" });
  });
  const geoUrl = `http://127.0.0.1:${service.addr.port}/json`;
  try {
    await withNetwork(
      async ({ status }) => {
        const geo = () => status()?.Ports?.[0]?.AddrInfoList?.find(({ Addr }) => Addr === "127.0.0.1")?.Geo;
        await until("the place is published", () => geo()?.ip === "192.0.2.1", 20_000);
        assertEquals([geo()?.city, asked[0]], ["Berlin", "127.0.0.1"]);
      },
      300,
      () => {},
      { geoUrl },
    );
  } finally {
    await service.shutdown();
  }
});
