/** nim with a controller, a device root and a ports file, for the length of one test. */
import { type Controller, makeDeviceRoot, startController } from "../../../../scripts/controller/mod.ts";
import type { Clock } from "../../../agent/mod.ts";
import { fastClock } from "../../../agent/fake_clock.ts";
import { type TestDevice, testDevice } from "../../../agent/test_device.ts";
import { type DeviceNetworkStatus, goNetworkPortStatus, topics } from "../../../topics/mod.ts";
import { runPortsFile } from "../run.ts";

/** What a ports file may say of a port; the rest is zero. */
type PortFields = Partial<Record<keyof ReturnType<typeof goNetworkPortStatus.zero>, unknown>>;

/** A ports file with the loopback interface as management port, and other ports behind it. */
export const loopback = (address: string, more: PortFields = {}, ...others: readonly PortFields[]) =>
  JSON.stringify({
    Version: 1,
    Ports: [{
      IfName: "lo",
      IsMgmt: true,
      IsL3Port: true,
      AddrInfoList: [{ Addr: address }],
      DNSServers: ["127.0.0.1"],
      ...more,
    }, ...others],
  });

/** Another name in the certificate of the controller, for those who find it in their hosts file. */
export const CONTROLLER_NAME = "controller.test";

/** What a test of the running nim has. */
export interface NimSite {
  readonly controller: Controller;
  readonly device: TestDevice<Clock>;
  readonly status: () => DeviceNetworkStatus | undefined;
  /** Replaces the ports file. */
  readonly ports: (text: string) => void;
}

/**
 * Starts nim, its clock `speed` times as fast as life, and ends it after `work`.
 * @param prepare before the start
 */
export async function withNim(
  work: (site: NimSite) => Promise<void>,
  speed = 20,
  prepare: (site: Omit<NimSite, "status">) => void = () => {},
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "eve-nim-test-" });
  const controller = await startController({
    dir: `${folder}/controller`,
    hosts: ["127.0.0.1", CONTROLLER_NAME],
  });
  const { root } = await makeDeviceRoot(`${folder}/device`, { controller });
  const portsFile = `${folder}/ports.json`;
  const ports = (text: string) => Deno.writeTextFileSync(portsFile, text);
  ports(loopback("127.0.0.1"));
  const device = testDevice({ agent: "nim", root, clock: fastClock(speed) });
  prepare({ controller, device, ports });
  const running = runPortsFile(device, portsFile);
  try {
    await work({
      controller,
      device,
      status: () => {
        const text = device.read("/run/nim/DeviceNetworkStatus/global.json");
        return text === undefined ? undefined : topics.nim.DeviceNetworkStatus.codec.decode(text);
      },
      ports,
    });
  } finally {
    device.end();
    await running;
    await controller.stop();
    await device[Symbol.asyncDispose]();
    Deno.removeSync(folder, { recursive: true });
  }
}
