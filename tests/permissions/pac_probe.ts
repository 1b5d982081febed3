/** Evaluates each PAC file of a JSON object; prints a JSON object of what each came to. */
import { PacEngine, PacError } from "../../controllerconn/pac/mod.ts";

const pacs: Record<string, string> = JSON.parse(Deno.args[0] ?? "{}");
const came: Record<string, string> = {};
const engine = new PacEngine();
for (const [name, pac] of Object.entries(pacs)) {
  try {
    const choices = await engine.findProxyForURL(pac, "https://host.example/path", "host.example", {
      resolve: async (host) => await Promise.resolve(host === "name.example" ? ["fd00::1", "192.0.2.1"] : []),
      myIpAddress: "192.0.2.77",
      now: () => Date.now(),
      timeLimitMs: 10_000,
      signal: new AbortController().signal,
    });
    came[name] = choices.map((one) => one.kind === "direct" ? "direct" : `${one.host}:${one.port}`).join(" ");
  } catch (error) {
    came[name] = error instanceof PacError ? error.kind : String(error);
  }
}
engine.close();
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(came)));
