/** Steps of the sections that become files: edgeview's configuration, and the contents of patch envelopes (`spec/zedagent.md §6.2`). */
import type { ZCert } from "../../../controllerconn/mod.ts";
import { config as proto, type EdgeDevConfig } from "../../../proto/device.ts";
import { errorText } from "../../agent/mod.ts";
import { makeFolder, readFileIfPresent, removeIfPresent, replaceFile } from "../../pubsub/mod.ts";
import { equalBytes, goTime } from "../../topics/mod.ts";
import type { CipherContexts } from "../sections/cipher.ts";
import { type EdgeView, edgeView } from "../sections/edge_view.ts";
import { patchEnvelopes } from "../sections/patch_envelopes.ts";
import type { Applier } from "./applier.ts";
import { publishSection } from "./publish_entries.ts";
import { type Messages, messages, text } from "./section_hashes.ts";
import type { SectionOutcome } from "./section_state.ts";
import type { SectionStep } from "./section_step.ts";

/** As the other agents see it, without `--root`. */
const patchFolder = "/persist/patchEnvelopesCache";
const signingType = 1;

/** `/run/edgeview/edge-view-config` and the certificate its token is signed with; both are removed when it is off. */
export function edgeViewStep(
  { device }: Applier,
  deps: { readonly devUUID: () => string; readonly controllerCerts: () => readonly ZCert[] },
): SectionStep {
  const folder = `${device.paths.run}/edgeview`;
  const files = { config: `${folder}/edge-view-config`, cert: `${folder}/signing-cert.pem` };
  return {
    section: "edgeview",
    parts: (config) => [messages(proto.EdgeViewConfig, config.edgeview), text(deps.devUUID())],
    work(config) {
      const edgeview: EdgeDevConfig["edgeview"] | null = config.edgeview;
      const signing = deps.controllerCerts().find(({ type }) => type === signingType)?.cert;
      const signingCert = signing === undefined ? undefined : new TextDecoder().decode(signing);
      const view = edgeView(edgeview, { devUUID: deps.devUUID(), now: device.clock.now(), signingCert });
      return writing("edgeview", () => {
        if (view.kind === "file") {
          makeFolder(folder, 0o755);
          replaceFile(files.cert, signingCert ?? "", { mode: 0o644 });
          replaceFile(files.config, view.text, { mode: 0o600 });
        } else {
          for (const path of Object.values(files)) removeIfPresent(path);
        }
      }, outcomeOf(view));
    },
  };
}

function outcomeOf(view: EdgeView): SectionOutcome {
  switch (view.kind) {
    case "file":
    case "none":
      return { refused: [] };
    case "refused":
      return { refused: [view.reason] };
    case "waits":
      return { refused: [], pending: { waits: "certificates", reasons: [view.reason] } };
  }
}

/** Files first, then the list that names them, then what no list names any more is removed. */
export function patchEnvelopesStep(
  { device, publications }: Applier,
  contexts: () => CipherContexts,
  encryption: () => Messages,
): SectionStep {
  const folder = `${device.paths.root}${patchFolder}`;
  const publication = publications.PatchEnvelopeInfoList;
  return {
    section: "patchEnvelopes",
    parts: (config) => [messages(proto.EvePatchEnvelope, config.patchEnvelopes), encryption()],
    work(config) {
      const now = goTime(device.clock.now());
      const found = patchEnvelopes(config.patchEnvelopes, { contexts: contexts(), folder: patchFolder, now });
      const { envelopes } = found;
      const written = writing("patch envelopes", () => writeFiles(folder, found.files), { refused: [] });
      if (written.pending !== undefined) return written;
      // A list that was never there does not begin as an empty file on the flash.
      const isNeeded = envelopes.length > 0 || publication.keys().length > 0;
      const list = { Envelopes: envelopes.length === 0 ? null : envelopes };
      const outcome = publishSection(publication, {
        entries: new Map(isNeeded ? [["global", list]] : []),
        reports: found.reports,
      });
      if (outcome.pending !== undefined) return outcome;
      return writing("patch envelopes", () => removeOthers(folder, found.files), outcome);
    },
  };
}

function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  if (files.size > 0) makeFolder(folder);
  for (const [name, content] of files) {
    const path = `${folder}/${name}`;
    const there = readFileIfPresent(path);
    if (there !== undefined && equalBytes(there, content)) continue;
    replaceFile(path, content, { mode: 0o600, syncFolder: true });
  }
}

function removeOthers(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  let present: string[];
  try {
    present = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  for (const name of present) if (!files.has(name)) removeIfPresent(`${folder}/${name}`);
}

function writing(what: string, work: () => void, outcome: SectionOutcome): SectionOutcome {
  try {
    work();
    return outcome;
  } catch (error) {
    const reason = `${what}: a file can't be written: ${errorText(error)}`;
    return { ...outcome, pending: { waits: "disk", reasons: [reason] } };
  }
}
