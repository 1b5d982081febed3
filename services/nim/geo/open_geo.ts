/** Keeps asking where the device is; only where it was switched on (`spec/nim.md §15`). */
import { between, type ConfigItems, type Device, errorText, every } from "../../agent/mod.ts";
import type { DeviceNetworkStatus } from "../../topics/mod.ts";
import { askService } from "./ask_service.ts";
import { answeredWith, dueQuestions, type GeoState, noGeo, withGeo } from "./geo_state.ts";

/** What it needs. */
export interface GeoDeps {
  /** Of the service; whoever runs nim names it, nobody is asked by default. */
  readonly url: string;
  readonly items: Pick<ConfigItems, "int">;
  /** As published last. */
  readonly status: () => DeviceNetworkStatus;
  /** Something was found: the status is to be published. */
  readonly changed: () => void;
}

/** See {@linkcode openGeo}. */
export interface Geo {
  /** Puts in what was found. */
  into(status: DeviceNetworkStatus): DeviceNetworkStatus;
  /** Resolves when the device ends. */
  readonly running: Promise<void>;
}

/** Looks every 0.3 to 1 × `timer.port.georetry`; a question that fails is asked again with the next look. */
export function openGeo(device: Device, deps: GeoDeps): Geo {
  const { clock, log, random, signal } = device;
  let state: GeoState = noGeo;
  let isAsking = false;
  const look = async () => {
    const redoMs = deps.items.int("timer.port.georedo") * 1000;
    let hasChanged = false;
    for (const question of dueQuestions(state, deps.status(), redoMs, clock.now())) {
      try {
        const info = await askService(deps.url, question.address, signal);
        const next = answeredWith(state, question, info, deps.status(), clock.now());
        state = next.state;
        hasChanged ||= next.changed;
      } catch (error) {
        if (signal.aborted) return;
        log.debug(`place of ${question.address} (${question.ifName}): ${errorText(error)}`);
      }
    }
    if (hasChanged) deps.changed();
  };
  const period = () => between(random, 0.3, 1) * deps.items.int("timer.port.georetry") * 1000;
  return {
    into: (status) => withGeo(status, state),
    running: every(device, period, () => {
      if (isAsking) return;
      isAsking = true;
      void look().finally(() => isAsking = false);
    }),
  };
}
