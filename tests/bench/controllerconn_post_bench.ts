/**
 * `controllerconn_post`: a POST of 1, 10 and 100 kB, signed, answered with a signed envelope that is verified; on a warm
 * connection, and cold: with the connection made for it. Bare: WebCrypto and node:https (`senders.ts`).
 */
import crypto from "node:crypto";
import type { Bench, Row } from "./bench.ts";
import { openPostSite, type PostSite } from "./post_site.ts";
import { interleave, median, percentile } from "./rounds.ts";
import { bareSender, ourClient, ourSender, type Sender, type SenderSetting } from "./senders.ts";

const KILOBYTES = [1, 10, 100];
const ROUNDS = 1000;
const WARM_UP = 200;
const COLD_ROUNDS = 100;
const COLD_WARM_UP = 50;
/** Its parts are shown for this size. */
const SHOWN = 10;

/** See the file's head. */
export const controllerconnPostBench: Bench = {
  name: "controllerconn_post",
  async run({ diskFolder, tell }) {
    await using site = await openPostSite(diskFolder);
    const rows: Row[] = [];
    for (const kilobytes of KILOBYTES) {
      const payload = new Uint8Array(crypto.randomBytes(kilobytes * 1000));
      const setting = { folder: site.folder, url: site.url, payload };
      tell(`${kilobytes} kB, warm and cold`);
      rows.push(...await warm(setting, kilobytes), ...await cold(setting, kilobytes));
    }
    return [...rows, await startOfAClient(site)];
  },
};

async function warm(setting: SenderSetting, kilobytes: number): Promise<Row[]> {
  const ours = ourSender(setting);
  const bare = await bareSender(setting);
  try {
    const parts = kilobytes === SHOWN ? (["send", "sign", "verify"] as const) : [];
    const times = await interleave(
      [
        { name: "ours", run: () => ours.post() },
        { name: "bare", run: () => bare.post() },
        ...parts.map((name) => ({ name, run: () => bare[name]() })),
      ],
      ROUNDS,
      WARM_UP,
    );
    const row = (name: string, share: number) => ({
      what: `enveloped POST of ${kilobytes} kB, warm, ${name}`,
      unit: "ms",
      ours: percentile(times.get("ours"), share),
      bare: percentile(times.get("bare"), share),
    });
    return [
      { ...row("p50", 0.5), budget: { kind: "ratio", most: 1.5 } },
      { ...row("p99", 0.99), budget: { kind: "none" } },
      ...parts.map((name) => ({
        what: `  the bare one's ${name}`,
        unit: "ms",
        ours: median(times.get(name)),
        budget: { kind: "none" } as const,
      })),
    ];
  } finally {
    ours.close();
    bare.close();
  }
}

/** The client stays, as a program's does; only its connection is new each time. */
async function cold(setting: SenderSetting, kilobytes: number): Promise<Row[]> {
  const ours = ourSender(setting);
  const bare = await bareSender(setting, "system");
  const small = await bareSender(setting, "one");
  const contestant = (name: string, sender: Sender) => ({
    name,
    before: () => sender.close(),
    run: () => sender.post(),
  });
  try {
    const times = await interleave(
      [contestant("ours", ours), contestant("bare", bare), contestant("small", small)],
      COLD_ROUNDS,
      COLD_WARM_UP,
    );
    const row = (what: string, against: string) => ({
      what: `enveloped POST of ${kilobytes} kB, cold${what}`,
      unit: "ms",
      ours: median(times.get("ours")),
      bare: median(times.get(against)),
      budget: { kind: "none" } as const,
    });
    const oneRoot = kilobytes === SHOWN ? [row(", against a bare one that trusts one root", "small")] : [];
    return [row(", the same roots", "bare"), ...oneRoot];
  } finally {
    for (const sender of [ours, bare, small]) sender.close();
  }
}

/** Once for each program: all roots are parsed. */
async function startOfAClient({ folder }: PostSite): Promise<Row> {
  const times = await interleave([{ name: "ours", run: () => ourClient({ folder }).close() }], 20, 3);
  return { what: "a client is made", unit: "ms", ours: median(times.get("ours")), budget: { kind: "none" } };
}
