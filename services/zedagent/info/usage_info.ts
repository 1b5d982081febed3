/** Since when and by how many an object on disk is used. Pure. */
import type { info } from "../../../proto/device.ts";
import { timeField } from "./error_info.ts";

/** Times as on the bus. */
export function usageInfo(
  refCount: number,
  createTime: string,
  lastRefcountChangeTime: string,
): info.IUsageInfo {
  return {
    refCount,
    ...timeField("createTime", createTime),
    ...timeField("lastRefcountChangeTime", lastRefcountChangeTime),
  };
}
