/** `ZInfoPatchEnvelope`: how far msrv is with a patch envelope (`spec/zedagent.md §14.2`). Pure. */
import { info } from "../../../proto/device.ts";
import { type PatchEnvelopeInfo, topics } from "../../topics/mod.ts";
import { eventItemTypes } from "../deferred/event_queue.ts";
import type { ObjectInfo } from "./object_info.ts";

/** Key: `publishPatchEnvelopeStatus:<id>v<version>`. That one is gone is not reported: the controller took it away. */
export const patchEnvelopeInfo: ObjectInfo<PatchEnvelopeInfo> = {
  itemType: eventItemTypes.patchEnvelopeInfo,
  ztype: info.ZInfoTypes.ZiPatchEnvelope,
  topic: topics.msrv.PatchEnvelopeInfo,
  queueKey: (id) => `publishPatchEnvelopeStatus:${id}`,
  bailOnHTTPErr: false,
  content: (_id, envelope) => ({
    patchInfo: {
      name: envelope.Name,
      id: envelope.PatchID,
      version: envelope.Version,
      state: apiState(envelope.State),
      size: (envelope.BinaryBlobs ?? []).reduce((sum, { size }) => sum + Number(size), 0),
      errors: envelope.Errors ?? [],
    },
  }),
  gone: () => undefined,
};

/** The API counts from 1, where the bus has 0 for an error. */
function apiState(state: number): info.EVE_PATCH_ENVELOPE_STATE {
  const { PATCH_UNKOWN, PATCH_ERROR, PATCH_ACTIVE } = info.EVE_PATCH_ENVELOPE_STATE;
  const counted = PATCH_ERROR + state;
  return counted > PATCH_ACTIVE ? PATCH_UNKOWN : counted;
}
