/** The boot order of apps as a local server orders it (`spec/zedagent.md §17`, `/api/v1/appbootinfo`). */
import { profile } from "../../../proto/device.ts";
import type { Device } from "../../agent/mod.ts";
import type { AppInstanceConfig } from "../../topics/mod.ts";
import { findApp } from "./app_commands.ts";
import { type LpsVerdict, tokenFault } from "./exchange.ts";
import { hourMs, type LpsEndpoint } from "./lps_endpoint.ts";
import { openSavedFile } from "./saved_file.ts";

/** What the owner works with. */
export interface AppBootDeps {
  /** As published, by UUID. */
  readonly apps: () => ReadonlyMap<string, AppInstanceConfig>;
  /** Publishes these apps again. */
  republish(apps: ReadonlySet<string>): void;
}

/** See {@linkcode openAppBoot}. */
export interface AppBootOwner {
  /** Ordered for this app; `undefined` where the controller's holds. */
  bootOrder(appUUID: string): number | undefined;
  /** No server is configured any more. */
  forget(): void;
  /** The list names apps by name, too: looks again after the apps have changed. */
  appsChanged(): void;
  readonly endpoint: LpsEndpoint;
}

type BootConfigs = readonly Pick<profile.AppBootConfig, "id" | "displayname" | "usb_boot">[];

/** Reads `lastappbootconfig`, and writes it empty where there is none. */
export function openAppBoot(device: Device, deps: AppBootDeps): AppBootOwner {
  const file = openSavedFile(device, "lastappbootconfig");
  const found = read(device, file.load());
  let configs: BootConfigs = found?.app_configs ?? [];
  let orders: ReadonlyMap<string, number> = new Map(
    configs.filter(({ id, usb_boot }) => id !== "" && usb_boot !== 0).map((
      { id, usb_boot },
    ) => [id.toLowerCase(), usb_boot]),
  );
  let saved = found === undefined ? undefined : profile.AppBootConfigList.encode(found).finish().toHex();
  const save = (message: profile.IAppBootConfigList) => {
    const bytes = profile.AppBootConfigList.encode(message).finish();
    if (bytes.toHex() === saved) return file.confirm();
    saved = bytes.toHex();
    file.save(bytes);
  };
  if (found === undefined) save({});
  const resolve = () => {
    const { orders: next, changed } = bootOrders(orders, configs, deps.apps());
    orders = next;
    if (changed.size > 0) deps.republish(changed);
  };
  const clear = () => {
    if (configs.length === 0 && orders.size === 0) return;
    configs = [];
    save({});
    resolve();
  };
  return {
    bootOrder: (uuid) => orders.get(uuid),
    forget: clear,
    appsChanged: () => {
      if (configs.length > 0) resolve();
    },
    endpoint: {
      name: "appbootinfo",
      path: "/api/v1/appbootinfo",
      throttledMs: hourMs,
      repeatsDiscarded: true,
      message: () =>
        profile.AppBootInfoList.encode({ apps_boot_info: [...deps.apps().values()].map(bootInfo) }).finish(),
      judge(contents, token): LpsVerdict {
        const message = profile.AppBootConfigList.decode(contents);
        const reason = tokenFault("AppBootConfigList", message.server_token, token);
        if (reason !== undefined) return { kind: "refused", reason };
        return {
          kind: "accepted",
          apply() {
            configs = message.app_configs;
            save(message);
            resolve();
          },
        };
      },
      notFound: clear,
    },
  };
}

/** The orders that a list comes to, and the apps for which that is another than before. Pure. */
function bootOrders(
  before: ReadonlyMap<string, number>,
  configs: BootConfigs,
  apps: ReadonlyMap<string, AppInstanceConfig>,
): { readonly orders: ReadonlyMap<string, number>; readonly changed: ReadonlySet<string> } {
  const orders = new Map<string, number>();
  for (const { id, displayname, usb_boot } of configs) {
    const app = findApp(apps, id, displayname);
    if (app !== undefined && usb_boot !== 0) orders.set(app.UUIDandVersion.UUID, usb_boot);
  }
  const changed = new Set(
    [...before.keys(), ...orders.keys()].filter((uuid) => before.get(uuid) !== orders.get(uuid)),
  );
  return { orders, changed };
}

const { BOOT_ORDER_SOURCE_UNSPECIFIED, BOOT_ORDER_SOURCE_CONTROLLER } = profile.BootOrderSource;

function bootInfo(app: AppInstanceConfig): profile.IAppBootInfo {
  const fromController = app.ControllerBootOrder === 0
    ? BOOT_ORDER_SOURCE_UNSPECIFIED
    : BOOT_ORDER_SOURCE_CONTROLLER;
  return {
    id: app.UUIDandVersion.UUID,
    displayname: app.DisplayName,
    boot_order: app.FixedResources.BootOrder,
    source: app.BootOrderSource === BOOT_ORDER_SOURCE_UNSPECIFIED ? fromController : app.BootOrderSource,
  };
}

function read(device: Device, bytes: Uint8Array | undefined): profile.AppBootConfigList | undefined {
  if (bytes === undefined) return undefined;
  try {
    return profile.AppBootConfigList.decode(bytes);
  } catch {
    device.log.error("lastappbootconfig: expected an AppBootConfigList; the controller's boot orders hold");
    return undefined;
  }
}
