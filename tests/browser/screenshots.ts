/** `deno run -A tests/browser/screenshots.ts [FOLDER]`: pictures of diag's page in some situations, for people. */
import { join } from "node:path";
import { systemClock } from "../../services/agent/mod.ts";
import { testDevice } from "../../services/agent/test_device.ts";
import { serve } from "../../services/diag/serve/serve.ts";
import { situations } from "../golden/situations.ts";
import { reportOf } from "../golden/report_of.ts";
import { startBrowser } from "./chromium.ts";

const folder = Deno.args[0] ?? "dist/screenshots";
Deno.mkdirSync(folder, { recursive: true });
await using device = testDevice({ clock: systemClock });
const served = serve(device, { hostname: "127.0.0.1", port: 0 }, undefined);
{
  await using browser = await startBrowser();
  for (const name of Object.keys(situations)) {
    served.show(reportOf(name));
    for (const [scheme, width] of [["light", 900], ["dark", 390]] as const) {
      const page = await browser.open(`http://127.0.0.1:${served.address.port}/`, { scheme, width });
      await page.until("document.getElementById('outcome').innerText !== '…'");
      Deno.writeFileSync(join(folder, `${name}.${scheme}.png`), await page.screenshot());
      await page.close();
    }
  }
}
device.end();
await served.ended;
