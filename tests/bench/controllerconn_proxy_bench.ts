/**
 * `controllerconn_proxy`: ours through a CONNECT proxy in another process, beside ours straight to the same server; warm, and
 * cold. The column "bare" holds the straight one.
 */
import crypto from "node:crypto";
import { startScript } from "../site/child.ts";
import type { Bench } from "./bench.ts";
import { openPostSite } from "./post_site.ts";
import { interleave, median } from "./rounds.ts";
import { ourSender } from "./senders.ts";

const PAYLOAD_BYTES = 10_000;
const [ROUNDS, WARM_UP] = [1000, 200];
const [COLD_ROUNDS, COLD_WARM_UP] = [60, 10];

/** See the file's head. */
export const controllerconnProxyBench: Bench = {
  name: "controllerconn_proxy",
  async run({ diskFolder }) {
    await using site = await openPostSite(diskFolder);
    await using proxy = startScript("tests/bench/children/connect_proxy.ts");
    const proxyPort = Number(await proxy.line());
    const { folder, url, proxiedUrl } = site;
    const payload = new Uint8Array(crypto.randomBytes(PAYLOAD_BYTES));
    const proxied = ourSender({ folder, url: proxiedUrl, payload, proxyPort });
    const straight = ourSender({ folder, url, payload });
    const senders = [["proxied", proxied], ["straight", straight]] as const;
    try {
      const warm = await interleave(
        senders.map(([name, sender]) => ({ name, run: () => sender.post() })),
        ROUNDS,
        WARM_UP,
      );
      const cold = await interleave(
        senders.map(([name, sender]) => ({ name, before: () => sender.close(), run: () => sender.post() })),
        COLD_ROUNDS,
        COLD_WARM_UP,
      );
      const row = (what: string, times: ReadonlyMap<string, readonly number[]>) => ({
        what: `enveloped POST of 10 kB through a CONNECT proxy, ${what}, against straight`,
        unit: "ms",
        ours: median(times.get("proxied")),
        bare: median(times.get("straight")),
        budget: { kind: "none" } as const,
      });
      return [row("warm", warm), row("cold", cold)];
    } finally {
      proxied.close();
      straight.close();
    }
  },
};
