/** The two halves of the key exchange as this device has them: certificates of the controller, and the device's ECDH key (`spec/device-api.md §7`). */
import { type CipherKeys, fileSharedSecret, openTpm, tpmSharedSecret } from "../../controllerconn/mod.ts";
import { readFileIfPresent, type Subscription } from "../pubsub/mod.ts";
import { type ControllerCert, type EdgeNodeCert, topics } from "../topics/mod.ts";
import type { Device } from "./device.ts";

/**
 * Follows the topics from the first question on.
 * @param known PEM of a controller's certificate that the program has by itself; asked before the topic
 */
export function deviceCipherKeys(
  device: Device,
  known: (certHash: Uint8Array) => Uint8Array | undefined = () => undefined,
): CipherKeys {
  let followed: {
    readonly controller: Subscription<ControllerCert>;
    readonly device: Subscription<EdgeNodeCert>;
  } | undefined;
  const follow = () => {
    if (followed === undefined) {
      followed = {
        controller: device.bus.subscription(topics.zedagent.ControllerCert),
        device: device.bus.subscription(topics.tpmmgr.EdgeNodeCert),
      };
      followed.controller.activate();
      followed.device.activate();
    }
    followed.controller.rescan();
    followed.device.rescan();
    return followed;
  };
  return {
    controllerCert: (hash) => known(hash) ?? follow().controller.get(hash.toHex())?.Cert ?? undefined,
    sharedSecret(hash) {
      const cert = follow().device.get(hash.toHex());
      if (cert === undefined) return undefined;
      if (cert.IsTpm) {
        const { runTpmTool, signal, paths } = device;
        return tpmSharedSecret(openTpm({ run: runTpmTool, signal, folder: paths.run }));
      }
      const pem = readFileIfPresent(`${device.paths.persist}/certs/ecdh.key.pem`);
      return pem === undefined ? undefined : fileSharedSecret(pem);
    },
  };
}
