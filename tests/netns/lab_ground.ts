/** What every lab begins with: a folder, a device without ports, and an internet that forwards. */
import { single } from "./address_plan.ts";
import { makeLabFolder, type Namespace, Namespaces, sweepLeftovers } from "./namespaces.ts";

/** See {@linkcode openLabGround}. */
export interface LabGround {
  readonly folder: string;
  readonly namespaces: Namespaces;
  readonly device: Namespace;
  readonly internet: Namespace;
}

/**
 * @param stack ends it all
 * @param addresses of servers on the internet
 * @throws {Error} that says what is missing on this machine
 */
export async function openLabGround(
  stack: AsyncDisposableStack,
  addresses: readonly string[],
): Promise<LabGround> {
  await sweepLeftovers();
  const folder = await makeLabFolder();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const namespaces = stack.use(new Namespaces());
  const [device, internet] = [await namespaces.add("device"), await namespaces.add("internet")];
  await internet.sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
  await internet.ip(...addresses.map((address) => `addr add ${single(address)} dev lo nodad`));
  return { folder, namespaces, device, internet };
}
