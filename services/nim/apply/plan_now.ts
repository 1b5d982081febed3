/** `--network plan`: what nim would change now, as text; changes nothing (`spec/nim.md §16`). */
import type { Device } from "../../agent/mod.ts";
import type { Network, Wanted } from "../parts.ts";
import { clientsToAsk, planSettings } from "./applier.ts";
import { readHave } from "./linux_state.ts";
import { plan } from "./plan.ts";
import { planText } from "./plan_text.ts";
import type { AdapterKind } from "./targets.ts";

/** @throws {Error} when Linux can't be read */
export async function planNow(
  device: Device,
  wanted: Wanted,
  network: Network,
  adapters: AdapterKind,
): Promise<string> {
  const have = await readHave(device, {
    clients: clientsToAsk(device, wanted, adapters),
    busy: new Set(),
    links: network.links,
  });
  return planText(plan(wanted, have, network.resolv, planSettings(device, wanted, adapters)));
}
