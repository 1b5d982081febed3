/** The profile that a local server has chosen; it stands above the controller's (`spec/zedagent.md §17`, `/api/v1/local_profile`). */
import { profile } from "../../../proto/device.ts";
import type { Device } from "../../agent/mod.ts";
import { type LpsVerdict, tokenFault } from "./exchange.ts";
import { hourMs, type LpsEndpoint } from "./lps_endpoint.ts";
import { openSavedFile } from "./saved_file.ts";

/** See {@linkcode openLocalProfile}. */
export interface LocalProfileOwner {
  /** `""`: the controller's profile holds. */
  readonly localProfile: string;
  /** No server is configured any more: its choice goes with it. */
  forget(): void;
  readonly endpoint: LpsEndpoint;
}

/** Takes up the saved one. @param changed the choice is another than before */
export function openLocalProfile(device: Device, changed: () => void): LocalProfileOwner {
  const file = openSavedFile(device, "lastlocalprofile");
  let saved = read(device, file.load());
  const choose = (next: SavedProfile | undefined) => {
    const before = saved?.local_profile ?? "";
    saved = next;
    const now = saved?.local_profile ?? "";
    if (before === now) return;
    device.log.info(`local profile ${JSON.stringify(now)}, it was ${JSON.stringify(before)}`);
    changed();
  };
  return {
    get localProfile() {
      return saved?.local_profile ?? "";
    },
    forget() {
      if (saved === undefined) return;
      file.remove();
      choose(undefined);
    },
    endpoint: {
      name: "profile",
      path: "/api/v1/local_profile",
      throttledMs: hourMs,
      repeatsDiscarded: true,
      message: () => "none",
      judge(contents, token): LpsVerdict {
        const message = profile.LocalProfile.decode(contents);
        const reason = tokenFault("LocalProfile", message.server_token, token);
        if (reason !== undefined) return { kind: "refused", reason };
        return {
          kind: "accepted",
          apply() {
            if (same(saved, message)) file.confirm();
            else file.save(profile.LocalProfile.encode(message).finish());
            choose(message);
          },
        };
      },
    },
  };
}

type SavedProfile = Pick<profile.LocalProfile, "local_profile" | "server_token">;

function same(a: SavedProfile | undefined, b: SavedProfile): boolean {
  return a !== undefined && a.local_profile === b.local_profile && a.server_token === b.server_token;
}

function read(device: Device, bytes: Uint8Array | undefined): SavedProfile | undefined {
  if (bytes === undefined) return undefined;
  try {
    return profile.LocalProfile.decode(bytes);
  } catch {
    device.log.error("lastlocalprofile: expected a LocalProfile; it counts as absent");
    return undefined;
  }
}
