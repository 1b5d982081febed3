/**
 * Delivers and removes all files of a folder, oldest name first, four in flight, and ends:
 * `bare_drain.ts <folder> <url> <identity.json>`. No retries, no schedule, no metrics.
 */
import crypto from "node:crypto";
import { BareDevice } from "../bare_device.ts";

const IN_FLIGHT = 4;

const [folder = "", url = "", identityFile = ""] = Deno.args;
const { certHash, keyPem, rootPem } = JSON.parse(Deno.readTextFileSync(identityFile));
const device = new BareDevice({
  certHash: Uint8Array.fromHex(certHash),
  key: crypto.createPrivateKey(keyPem),
  rootPem,
});
const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort().reverse();

async function work(): Promise<void> {
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    const path = `${folder}/${name}`;
    await device.post(url, device.envelope(await Deno.readFile(path)));
    await Deno.remove(path);
  }
}

await Promise.all(Array.from({ length: IN_FLIGHT }, work));
device.close();
