/** nim is killed at seeded moments: in DHCP, in tests, in changes; the network is never worse for it. */
import { assertEquals } from "@std/assert";
import { seededRandom } from "../../../services/agent/test_device.ts";
import { startChild } from "../../site/child.ts";
import { pause } from "../../site/until.ts";
import { dhcpPort, portConfig } from "./lab_config.ts";
import { measured } from "./measured.ts";
import { isConnected, NimLab } from "./nim_lab.ts";

const seed = 7;
const kills = 10;
/** A start with DHCP on two ports takes about a second. */
const latestMs = 1_200;

Deno.test("nim lab: killed at ten moments of DHCP, tests and changes, nim regains its state, and the network stays", async () => {
  await using site = await NimLab.open({ uplinks: [{ cost: 5 }, {}] });
  await using monitor = startChild(
    ...site.device.command("ip", ["monitor", "address", "route"]),
    true,
  );
  const random = seededRandom(seed);
  const { namespace: first } = site.lab.uplink(0).router;
  const eth0 = (MTU = 0) => dhcpPort("eth0", { Cost: 5, MTU });
  const eth1 = dhcpPort("eth1");
  let config = portConfig(eth0(), eth1);
  let isPlugged = true;
  /** What happens before the kill; eth1 is never touched. */
  const changes = [
    () => {},
    () => site.configure(config = portConfig(eth0(1400), eth1)),
    () => site.configure(config = portConfig(eth0(), eth1)),
    () => site.configure(config = portConfig(eth1)),
    async () => {
      isPlugged = !isPlugged;
      await first.ip(`link set lan ${isPlugged ? "up" : "down"}`);
    },
  ];
  site.configure(config);
  site.start();
  let longest = 0;
  let settled = Infinity;
  for (let kill = 1; kill <= kills; kill++) {
    // The first ones come before nim has got anywhere.
    if (kill > 3) await changes[Math.floor(random.next() * changes.length)]?.();
    await pause(random.next() * latestMs);
    await site.kill();
    const killedAt = Date.now();
    site.start();
    if (kill < 3) continue;
    longest = Math.max(
      longest,
      await site.until(
        `connected again after kill ${kill}`,
        (status) => site.statusWritten > killedAt && isConnected(status, ["eth0", "eth1"]),
      ),
    );
    settled = Math.min(settled, monitor.lines.length);
    const lost = monitor.lines.slice(settled).filter((line) =>
      line.startsWith("Deleted") && /\beth1\b/.test(line) && line.includes("10.77.1.")
    );
    assertEquals(lost, [], `kill ${kill}: eth1 was left alone`);
  }
  await first.ip("link set lan up");
  site.configure(config = portConfig(eth0(1300), eth1));
  await site.until(
    "the last configuration works on both ports",
    (status) =>
      isConnected(status, ["eth0"]) && isConnected(status, ["eth1"]) && status.CurrentIndex === 0 &&
      site.list?.PortConfigList?.[0]?.TimePriority === config.TimePriority,
  );
  measured({
    scale: site.scale,
    scenario: `killed ${kills} times, the longest way back`,
    connected: longest,
  });
});
