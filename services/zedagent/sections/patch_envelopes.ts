/**
 * `patchEnvelopes` → `PatchEnvelopeInfoList`, and the files that inline artifacts become (`spec/zedagent.md §6.2`). An artifact
 * that can't be used makes its envelope an error and holds no other back (W17).
 */
import { createHash } from "node:crypto";
import type { config } from "../../../proto/device.ts";
import {
  goBinaryBlobCompleted,
  goBinaryBlobVolumeRef,
  goPatchEnvelopeInfo,
  type PatchEnvelopeInfo,
  PatchEnvelopeState,
} from "../../topics/mod.ts";
import { cipherBlock, type CipherContexts } from "./cipher.ts";
import { emptyToNull, neededUUID, quote, refuse, section, SectionError } from "./section.ts";

/** The list, the contents of the files by name, and what is wrong. */
export interface PatchEnvelopes {
  readonly envelopes: readonly PatchEnvelopeInfo[];
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly reports: readonly string[];
}

/** What envelopes refer to. */
export interface PatchContext {
  readonly contexts: CipherContexts;
  /** Folder of the files, as the other agents see it. */
  readonly folder: string;
  /** Go time of errors. */
  readonly now: string;
}

type Blobs = Required<Pick<PatchEnvelopeInfo, "BinaryBlobs" | "VolumeRefs">>;

/** Pure: nothing is written here. */
export function patchEnvelopes(
  list: readonly config.EvePatchEnvelope[],
  context: PatchContext,
): PatchEnvelopes {
  const files = new Map<string, Uint8Array>();
  const errors: string[] = [];
  const { entries, reports } = section(list, (envelope) => {
    const uuid = neededUUID("patch envelope", envelope.uuid);
    const found = artifacts(envelope, files, context);
    errors.push(...found.errors.map((error) => `patch envelope ${uuid}: ${error}`));
    const state = envelope.action === 1 ? PatchEnvelopeState.Active : PatchEnvelopeState.Ready;
    const known = envelope.action === 0 || envelope.action === 1;
    return [
      uuid,
      goPatchEnvelopeInfo.make({
        Name: envelope.displayName,
        Version: envelope.version ?? "",
        AllowedApps: emptyToNull(envelope.appInstIdsAllowed),
        PatchID: uuid,
        Errors: emptyToNull(found.errors),
        State: known && found.errors.length === 0 ? state : PatchEnvelopeState.Error,
        ...found.blobs,
      }),
    ];
  });
  return { envelopes: [...entries.values()], files, reports: [...reports, ...errors] };
}

function artifacts(
  envelope: config.EvePatchEnvelope,
  files: Map<string, Uint8Array>,
  context: PatchContext,
): { readonly blobs: Blobs; readonly errors: readonly string[] } {
  const inline: NonNullable<Blobs["BinaryBlobs"]>[number][] = [];
  const volumes: NonNullable<Blobs["VolumeRefs"]>[number][] = [];
  const errors: string[] = [];
  for (const [index, artifact] of envelope.artifacts.entries()) {
    try {
      const shared = {
        artifactMetaData: artifact.artifactMetaData ?? "",
        encArtifactMeta: metadata(artifact, context),
      };
      const { inline: data, volumeRef } = artifact;
      if (data !== null) inline.push({ ...inlineBlob(data, files, context.folder), ...shared });
      else if (volumeRef !== null) volumes.push({ ...volumeBlob(volumeRef), ...shared });
      else if (artifact.binaryBlob !== undefined) {
        refuse("encrypted artifacts are not supported by eve-comms");
      } else refuse("expected inline data or a volume, found neither");
    } catch (error) {
      if (!(error instanceof SectionError)) throw error;
      errors.push(`artifact number ${index + 1}: ${error.message}`);
    }
  }
  return { blobs: { BinaryBlobs: emptyToNull(inline), VolumeRefs: emptyToNull(volumes) }, errors };
}

function metadata(artifact: config.EveBinaryArtifact, { contexts, now }: PatchContext) {
  const block = artifact.metadata_cipher_data;
  const id = block === null ? "" : `artifactMeta-${block.cipherData.slice(0, 16).toHex()}`;
  return cipherBlock(id, block, contexts, now);
}

function inlineBlob(data: config.InlineOpaqueBase64Data, files: Map<string, Uint8Array>, folder: string) {
  const name = data.fileNameToUse;
  if (!/^[^/\0]{1,200}$/.test(name) || name.startsWith(".")) {
    refuse(`expected a plain file name of up to 200 characters, got ${quote(name)}`);
  }
  const content = new TextEncoder().encode(data.base64Data);
  const known = files.get(name);
  const sha = hash(content);
  if (known !== undefined && hash(known) !== sha) {
    refuse(`the file name ${quote(name)} is used for another content`);
  }
  files.set(name, content);
  return goBinaryBlobCompleted.make({
    fileName: name,
    fileSha: sha,
    fileMetaData: data.base64MetaData ?? "",
    url: `${folder}/${name}`,
    size: BigInt(content.length),
  });
}

function volumeBlob(ref: config.ExternalOpaqueBinaryBlob) {
  return goBinaryBlobVolumeRef.make({
    imageName: ref.imageName,
    imageId: ref.imageId,
    fileName: ref.fileNameToUse ?? "",
    fileMetaData: ref.blobMetaData ?? "",
  });
}

const hash = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");
