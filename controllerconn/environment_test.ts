/** What a program's environment and its output have to do with sending: nothing. */
import { assertEquals } from "@std/assert";
import { startProxy } from "./testdata/proxy.ts";
import { answer, startServer } from "./testdata/server.ts";

const program = new URL("testdata/one_send.ts", import.meta.url).pathname;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function run(url: string, proxy: number, env: Record<string, string>) {
  const args = ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", program, url, String(proxy)];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env }).output();
  return [text(stdout), text(stderr)];
}

Deno.test("[controllerconn#38] HTTP_PROXY, HTTPS_PROXY and ALL_PROXY have no effect", async () => {
  await using stack = new AsyncDisposableStack();
  const server = await startServer({ handler: answer(200, "ok") });
  stack.defer(() => server.close());
  const proxy = await startProxy();
  stack.defer(() => proxy.close());
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
  const env = Object.fromEntries(
    [...names, ...names.map((name) => name.toLowerCase())].map((
      name,
    ) => [name, `http://127.0.0.1:${proxy.port}`]),
  );
  for (const host of ["localhost", "127.0.0.1"]) {
    assertEquals(await run(`http://${host}:${server.port}/x`, 0, env), ["[null,200]", ""]);
  }
  // Nobody listens there, also with TLS.
  assertEquals(await run("https://127.0.0.2:1/x", 0, env), ['["refused",0]', ""]);
  assertEquals([server.seen.length, proxy.connections()], [2, 0]);
});

Deno.test("[controllerconn#37] a failing send writes no line of its own: what is logged is the program's to decide", async () => {
  const gone = await startProxy();
  await gone.close();
  assertEquals(await run("https://127.0.0.2:1/x", 0, {}), ['["refused",0]', ""]);
  assertEquals(await run("https://controller.example/x", gone.port, {}), ['["refused",0]', ""]);
});
