/** One request to a server that may not deserve it. */
import { type ClientOptions, newClient, type SendResult } from "../../controllerconn/mod.ts";
import { clientOptions } from "../../controllerconn/testdata/device.ts";

/** In every request, to be looked for where it must not be. */
export const SECRET = "the body that nobody may see";

/** POSTs {@linkcode SECRET} to `name` with a client of its own. @param name `host:port` */
export async function sendSecret(name: string, options: Partial<ClientOptions> = {}): Promise<SendResult> {
  const client = newClient(
    clientOptions({ sendTimeoutMs: () => 20_000, dialTimeoutMs: () => 10_000, ...options }),
  );
  try {
    return await client.sendOnAllIntf(`${name}/api/v2/edgedevice/ping`, new TextEncoder().encode(SECRET), {
      signal: new AbortController().signal,
    });
  } finally {
    client.close();
  }
}
