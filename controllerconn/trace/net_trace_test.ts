/** Trace files of real requests, held against what they must say word for word. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { newClient } from "../client.ts";
import { makeCertificate } from "../testdata/certificates.ts";
import { clientOptions, network, port, ROOT } from "../testdata/device.ts";
import { answer, startServer } from "../testdata/server.ts";
import { withClient } from "../testdata/with_client.ts";
import { headerTraces } from "./hidden_values.ts";
import { startConnectProxy } from "./testdata/connect_proxy.ts";
import { withTraces } from "./testdata/traced.ts";

const signal = new AbortController().signal;
const bytes = (text: string) => new TextEncoder().encode(text);
const golden = (name: string): unknown =>
  JSON.parse(Deno.readTextFileSync(new URL(`./testdata/${name}.json`, import.meta.url)));
const filesIn = (folder: string) => [...Deno.readDirSync(folder)].map((entry) => entry.name);

Deno.test("a traced request leaves only nettrace_SESSION.json; a failing trace fails no request", async () => {
  await withTraces(async ({ folder, open, finish }) => {
    await withClient({ handler: answer(200, "hello") }, {}, async ({ send }) => {
      const trace = open();
      assertEquals((await send("ping", undefined, { tracer: trace.tracer })).error, undefined);
      assertEquals(filesIn(folder), [], "nothing is on the disk before the end");
      const { requests, problems } = await finish(trace);
      assertEquals(problems, []);
      const [name = "", ...others] = filesIn(`${folder}/persist/nettrace`);
      assertEquals(others, []);
      assert(
        /^nettrace_\d{8}-\d{6}-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.json$/
          .test(name),
        name,
      );
      assertEquals(requests.map(({ requestName, path }) => [requestName, path]), [
        ["eth0-0", `${folder}/persist/nettrace/${name}`],
      ]);
      assertEquals((Deno.statSync(`${folder}/persist/nettrace`).mode ?? 0) & 0o777, 0o755);
      Deno.writeTextFileSync(`${folder}/file`, "");
      for (const unusable of ["", `${folder}/file/nettrace`]) {
        const failing = open(unusable);
        assertEquals((await send("ping", undefined, { tracer: failing.tracer })).error, undefined);
        const left = await finish(failing);
        assertEquals([left.requests.length, left.problems.length], [0, 1], unusable);
      }
    });
  });
});

Deno.test("golden: a success, then the same over the kept connection", async () => {
  await withTraces(async ({ open, files }) => {
    await withClient({ handler: answer(200, "hello") }, {}, async ({ server, send }) => {
      for (const name of ["success", "reused"]) {
        const trace = open();
        await send("config", bytes("0123456789"), { tracer: trace.tracer });
        assertEquals(await files(trace, { PORT: server.port }), [golden(name)], name);
      }
    });
  });
});

Deno.test("golden: a refused connect over each source address", async () => {
  await withTraces(async ({ open, files }) => {
    const list = ["169.254.1.1", "127.0.0.1", "127.0.0.2"].map((Addr) => ({ Addr }));
    const deviceNetworkStatus = () => network(port("eth0", { AddrInfoList: list }));
    await withClient({ handler: answer(200) }, { deviceNetworkStatus }, async ({ server, send }) => {
      await server.close();
      const trace = open();
      assertEquals((await send("ping", undefined, { tracer: trace.tracer })).error?.kind, "refused");
      const [first, second] = await files(trace, { PORT: server.port });
      assertEquals(first, golden("refused"));
      assertStringIncludes(JSON.stringify(second), "via eth0 src IP 127.0.0.2");
    });
  });
});

Deno.test("golden: a certificate that is not trusted", async () => {
  await withTraces(async ({ open, files }) => {
    const certificate = makeCertificate({ name: "foreign", hosts: ["localhost"] });
    await withClient({ certificate, handler: answer(200) }, {}, async ({ server, send }) => {
      const trace = open();
      await send("ping", undefined, { tracer: trace.tracer });
      assertEquals(await files(trace, { PORT: server.port }), [golden("untrusted")]);
    });
  });
});

const PASSWORD = "pa%24%24w0rd";
const SECRETS = ["ann", "pa$$w0rd", PASSWORD, btoa("ann:pa$$w0rd"), "t0psecret", "body of"];

function assertNoSecret(folder: string): void {
  const [name = ""] = filesIn(`${folder}/persist/nettrace`);
  const text = Deno.readTextFileSync(`${folder}/persist/nettrace/${name}`);
  for (const secret of SECRETS) assert(!text.includes(secret), `${secret} is in ${text}`);
}

const proxied = (type: 0 | 1, proxyPort: number) =>
  network(port("eth0", {
    Proxies: [{ type, server: `http://ann:${PASSWORD}@127.0.0.1`, port: proxyPort }],
  }));

Deno.test("golden: through a proxy's tunnel; neither credentials nor cookies nor bodies are in the trace", async () => {
  const proxy = await startConnectProxy();
  try {
    await withTraces(async ({ folder, open, files }) => {
      const certificate = makeCertificate({ name: "controller", issuer: ROOT, hosts: ["controller.test"] });
      const handler = answer(200, "body of the answer", { "Set-Cookie": "session=t0psecret" });
      const deviceNetworkStatus = () => proxied(1, proxy.port);
      await withClient({ certificate, handler }, { deviceNetworkStatus }, async ({ server, client }) => {
        const trace = open();
        const url = `controller.test:${server.port}/api/v2/edgedevice/config`;
        const { error } = await client.sendOnAllIntf(url, bytes("body of the request"), {
          signal,
          tracer: trace.tracer,
        });
        assertEquals(error, undefined);
        assertStringIncludes(proxy.heads[0] ?? "", "Proxy-Authorization: Basic ");
        assertEquals(await files(trace, { PORT: server.port, PROXY: proxy.port }), [golden("tunnel")]);
        assertNoSecret(folder);
      });
    });
  } finally {
    await proxy.close();
  }
});

Deno.test("a plain request through a proxy: the proxy is named, its credentials are not", async () => {
  await withTraces(async ({ folder, open, files }) => {
    const server = await startServer({ handler: answer(407, "body of the refusal") });
    const client = newClient(clientOptions({ deviceNetworkStatus: () => proxied(0, server.port) }));
    try {
      const trace = open();
      await client.sendOnAllIntf(`http://ann:${PASSWORD}@controller.test/x`, undefined, {
        signal,
        tracer: trace.tracer,
      });
      assertStringIncludes(String(server.seen[0]?.headers["proxy-authorization"]), "Basic ");
      const text = JSON.stringify(await files(trace, { PROXY: server.port }));
      assertStringIncludes(text, '"networkProxy":"http://127.0.0.1:PROXY"');
      assertStringIncludes(text, '"reqURL":"http://controller.test/x"');
      assertStringIncludes(text, '"fieldName":"proxy-authorization","fieldValLen":');
      assertStringIncludes(text, '"respStatusCode":407');
      assertNoSecret(folder);
    } finally {
      client.close();
      await server.close();
    }
  });
});

Deno.test("with values shown, those of secret headers are hidden all the same", () => {
  const headers = {
    "X-Request-Id": "1",
    "Proxy-Authorization": "Basic YQ==",
    cookie: "a=b",
    location: "https://ann:pw@host/",
  };
  assertEquals(headerTraces(headers, false), [
    { fieldName: "X-Request-Id", fieldVal: "1" },
    { fieldName: "Proxy-Authorization", fieldValLen: 10 },
    { fieldName: "cookie", fieldValLen: 3 },
    { fieldName: "location", fieldVal: "https://host/" },
  ]);
});
