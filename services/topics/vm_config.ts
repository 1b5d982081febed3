/** `VmConfig`: resources of an app's domain, member `FixedResources` of app objects. */
import { goList } from "./go_containers.ts";
import { goBool, goInt, goInt32, goString, goUint32, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** Memory in kB. `VirtualizationMode`: 0 PV, 1 HVM, 2 filler, 3 FML, 4 no hypervisor, 5 legacy. */
export const goVmConfig = goStruct({
  Kernel: goString,
  Ramdisk: goString,
  Memory: goInt,
  MaxMem: goInt,
  VCpus: goInt,
  MaxCpus: goInt,
  RootDev: goString,
  ExtraArgs: goString,
  BootLoader: goString,
  CPUs: goString,
  DeviceTree: goString,
  DtDev: goList(goString),
  IRQs: goList(goInt),
  IOMem: goList(goString),
  VirtualizationMode: goUint8,
  EnableVnc: goBool,
  VncDisplay: goUint32,
  VncPasswd: goString,
  CPUsPinned: goBool,
  VMMMaxMem: goInt,
  EnableVncShimVM: goBool,
  EnforceNetworkInterfaceOrder: goBool,
  EnableOemWinLicenseKey: goBool,
  DisableVirtualTPM: goBool,
  BootOrder: goInt32,
});
/** See {@linkcode goVmConfig}. */
export type VmConfig = GoValue<typeof goVmConfig>;
