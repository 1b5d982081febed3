/** How a lab's device looks to Linux. */
import { CONTROLLER } from "../../netns/address_plan.ts";
import type { NimLab } from "../../netns/nim/nim_lab.ts";

/** What must stay when a link is kept. */
export interface KeptLink {
  readonly ifIndex: number;
  readonly addresses: readonly string[];
}

/** `undefined` if there is none. */
export async function linkOf({ lab }: NimLab, name: string): Promise<KeptLink | undefined> {
  const { code, stdout } = await lab.device.tryRun("ip", "-json", "-4", "address", "show", "dev", name);
  if (code !== 0) return undefined;
  const links = JSON.parse(stdout) as {
    readonly ifindex: number;
    readonly addr_info?: readonly { readonly local: string }[];
  }[];
  const [link] = links.filter(({ ifindex }) => ifindex !== undefined);
  if (link === undefined) return { ifIndex: await indexOf(lab, name), addresses: [] };
  return { ifIndex: link.ifindex, addresses: (link.addr_info ?? []).map(({ local }) => local) };
}

async function indexOf(lab: NimLab["lab"], name: string): Promise<number> {
  const links = JSON.parse(await lab.device.run("ip", "-json", "link", "show", "dev", name)) as {
    readonly ifindex: number;
  }[];
  return links[0]?.ifindex ?? 0;
}

/** The controller answers a new connection within a minute. @throws {Error} with curl's words */
export async function reaches({ lab }: NimLab): Promise<void> {
  const url = `https://${CONTROLLER[0]}/`;
  await lab.device.run("curl", "-sS", "--insecure", "--max-time", "60", "--output", "/dev/null", url);
}
