/** The owner of `zedagent/ZedAgentStatus`: one value, published whenever it changes (`spec/zedagent.md §9`). */
import { type Device, errorText } from "../agent/mod.ts";
import { goTime, goZedAgentStatus, topics, type ZedAgentStatus } from "../topics/mod.ts";

/** See {@linkcode openStatus}. */
export interface StatusOwner {
  readonly value: ZedAgentStatus;
  /** Takes over the members given, derives `DeviceState`, publishes if anything changed. */
  set(change: Partial<ZedAgentStatus>): void;
  /** `global_profile`, as it was set in `CurrentProfile`. */
  readonly globalProfile: string;
  /** Stands above the one that is set in `CurrentProfile`; `""` for none. */
  setLocalProfile(profile: string): void;
  /** Publishes from now on. */
  beginPublishing(): void;
}

const key = "zedagent";

/**
 * Starts with radio silence asked for as it is (not imposed), so that nim applies its own stored state; nothing is published
 * before `beginPublishing`.
 * @param deriveDeviceState from the value to be published
 * @param changed after each publication
 */
export function openStatus(
  device: Device,
  deriveDeviceState: (status: ZedAgentStatus) => number,
  changed: (status: ZedAgentStatus) => void = () => {},
): StatusOwner {
  const publication = device.bus.publication(topics.zedagent.ZedAgentStatus);
  let value: ZedAgentStatus = goZedAgentStatus.make({
    Name: key,
    RadioSilence: {
      Imposed: false,
      ChangeInProgress: true,
      ChangeRequestedAt: goTime(device.clock.now()),
      ConfigError: "",
    },
  });
  let publishing = false;
  /** `value` is on the bus: what changes no member need not be encoded to find that out. */
  let isTold = false;
  let globalProfile = "";
  let localProfile = "";
  const set = (change: Partial<ZedAgentStatus>) => {
    globalProfile = change.CurrentProfile ?? globalProfile;
    const CurrentProfile = localProfile === "" ? globalProfile : localProfile;
    const next = { ...value, ...change, CurrentProfile };
    const derived = { ...next, DeviceState: deriveDeviceState(next) };
    isTold &&= sameMembers(value, derived);
    value = derived;
    if (!publishing || isTold) return;
    try {
      const isNews = publication.publish(key, value);
      isTold = true;
      if (isNews) changed(value);
    } catch (error) {
      device.log.error(
        `ZedAgentStatus can't be published: ${errorText(error)}; trying again with the next change`,
      );
    }
  };
  return {
    get value() {
      return value;
    },
    set,
    get globalProfile() {
      return globalProfile;
    },
    setLocalProfile(profile) {
      localProfile = profile;
      set({});
    },
    beginPublishing() {
      publishing = true;
      set({});
    },
  };
}

function sameMembers(left: ZedAgentStatus, right: ZedAgentStatus): boolean {
  for (const name in left) {
    if (!Object.is(Reflect.get(left, name), Reflect.get(right, name))) return false;
  }
  return true;
}
