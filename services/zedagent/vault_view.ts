/** vaultmgr's word on the vault that apps are kept in, as `ZedAgentStatus` hands it on to diag (`spec/zedagent.md §9`). */
import type { Device } from "../agent/mod.ts";
import {
  defaultVaultName,
  goVaultStatus,
  topics,
  type VaultStatus,
  type ZedAgentStatus,
} from "../topics/mod.ts";

/** Follows the topic until the device ends; a vault that is gone counts as unknown, without an error. */
export function followVault(
  device: Device,
  changed: (vault: Pick<ZedAgentStatus, "VaultStatus" | "PCRStatus" | "VaultErr">) => void,
): void {
  const tell = (key: string, { Status, PCRStatus, Error }: VaultStatus) => {
    if (key === defaultVaultName) changed({ VaultStatus: Status, PCRStatus, VaultErr: Error });
  };
  device.bus.subscription(topics.vaultmgr.VaultStatus, {
    create: tell,
    modify: tell,
    delete: (key) => tell(key, goVaultStatus.zero()),
  }).activate();
}
