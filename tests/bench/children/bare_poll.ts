/** Signs and posts 100 bytes every 50 ms until SIGTERM: `bare_poll.ts <url> <identity.json>`. Says a line after each. */
import crypto from "node:crypto";
import { BareDevice } from "../bare_device.ts";
import { say } from "../stdio.ts";

const [url = "", identityFile = ""] = Deno.args;
const { certHash, keyPem, rootPem } = JSON.parse(Deno.readTextFileSync(identityFile));
const key = crypto.createPrivateKey(keyPem);
const device = new BareDevice({ certHash: Uint8Array.fromHex(certHash), key, rootPem });
const payload = new Uint8Array(100);
for (;;) {
  await device.post(url, device.envelope(payload));
  say("posted");
  await new Promise((resolve) => setTimeout(resolve, 50));
}
