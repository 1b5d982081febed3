/** GET ping and POST uuid over single ports (`spec/diag.md §5`); changes nothing and tells in words what came back. */
import { type Client, type SendResult, urlPathString } from "../../controllerconn/mod.ts";
import { STATUS_TEXT, type StatusCode } from "@std/http/status";
import type { PortTest, RequestOutcome } from "./port_lines.ts";

/** One port: uuid only after a ping that answered. */
export async function testPort(
  client: Client,
  server: string,
  ifName: string,
  signal: AbortSignal,
): Promise<PortTest> {
  const pingUrl = urlPathString(server, "", "ping");
  const ping = outcome(pingUrl, await client.sendOnIntf(pingUrl, ifName, undefined, { signal }));
  if (!ping.ok) return { ping };
  const uuidUrl = urlPathString(server, "", "uuid");
  const answer = await client.sendOnIntf(uuidUrl, ifName, new Uint8Array(), { signal });
  const uuid = outcome(uuidUrl, answer);
  if (!uuid.ok || answer.contents.length === 0) return { ping, uuid };
  const { error } = client.removeAndVerifyAuthContainer(answer.contents);
  return { ping, uuid: error === undefined ? uuid : { ...uuid, ok: false, text: error.message } };
}

function outcome(url: string, result: SendResult): RequestOutcome {
  const shown = url.replace(/^https?:\/\//, "");
  if (result.error !== undefined) return { ok: false, text: result.error.message, url: shown };
  const words = STATUS_TEXT[result.httpStatus as StatusCode] ?? "";
  return { ok: true, text: `${result.httpStatus} ${words}`.trim(), url: shown };
}
