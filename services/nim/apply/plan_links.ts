/** Links of all ports: adapters, VLANs, bonds, MTU, and whether they are switched on (`spec/nim.md §14.2`). Pure. */
import { adapterItem, bridgeSteps, unbridgeSteps, upSteps } from "./plan_adapters.ts";
import type { Have } from "./have.ts";
import { layerSteps, unwantedLayers, unwantedNames } from "./plan_layers.ts";
import { ip, type Step } from "./step.ts";
import type { Target } from "./targets.ts";

/** A port whose links must change while its DHCP client runs waits until that has ended. */
export interface LinkPlan {
  readonly steps: readonly Step[];
  /** Interface names whose client must end first. */
  readonly waiting: readonly string[];
}

/** See the module. */
export function linkPlan(all: readonly Target[], have: Have): LinkPlan {
  const targets = all.filter(({ isCellular }) => !isCellular);
  const renamed = targets.filter(({ isBridged, name }) =>
    isBridged && have.links.some((link) => link.name === name && link.kind !== "bridge")
  ).map(({ name }) => name);
  const unwanted = unwantedNames(targets, have);
  const gone = [
    ...unwantedLayers(targets, have),
    ...unbridgeSteps(targets, {
      ...have,
      links: have.links.filter(({ name }) => !unwanted.includes(name)),
    }),
  ];
  const waiting = [...new Set([...renamed, ...gone.map(({ item }) => item.replace(adapterItem(""), ""))])]
    .filter((name) => have.clients.has(name));
  const isFree = ({ item, needs = [] }: Step) =>
    !waiting.some((name) => [item, ...needs].includes(adapterItem(name)));
  const steps = [
    ...gone,
    ...targets.flatMap((target) => [
      ...layerSteps(target, have),
      ...(target.isBridged ? bridgeOf(target, have) : plain(target, have)),
    ]),
    ...mtuSteps(targets, have),
  ];
  return { steps: steps.filter(isFree), waiting };
}

/** Of a VLAN or bond that is only planned, the bridge is planned as well. */
function bridgeOf(target: Target, have: Have): readonly Step[] {
  const isMade = target.parent !== undefined || target.members !== undefined;
  const isThere = have.links.some(({ name }) => name === target.raw);
  if (!isMade || isThere) return bridgeSteps(target, have);
  const made = { ...planned, name: target.raw, mtu: target.mtu };
  return bridgeSteps(target, {
    ...have,
    links: [...have.links.filter(({ name }) => name !== target.name), made],
  });
}

function plain(target: Target, have: Have): readonly Step[] {
  const link = have.links.find(({ name }) => name === target.name);
  const isMade = target.parent !== undefined || target.members !== undefined;
  if (link === undefined && !isMade) return [];
  if (link === undefined && target.members !== undefined) return [];
  return upSteps(adapterItem(target.name), link, target.name);
}

/** Larger ones from the hardware upwards, smaller ones from above downwards: no link may be larger than what is below it. */
function mtuSteps(targets: readonly Target[], have: Have): readonly Step[] {
  const changes = targets.flatMap(({ name, raw, mtu }) =>
    have.links.filter((link) => link.name === name || link.name === raw).flatMap((link) => {
      const later = name !== raw && link.name === name && link.kind !== "bridge" ? raw : link.name;
      if (link.mtu === mtu) return [];
      const words = ["link", "set", "dev", later, "mtu", String(mtu)];
      const step = ip(`mtu ${later}`, `largest of ${name} and what stands on it`, words, {
        undoes: `${later} mtu ${link.mtu}`,
        needs: [adapterItem(name)],
      });
      return [{ step, isLarger: mtu > link.mtu, isRaw: later === raw }];
    }).toSorted((a, b) => Number(b.isRaw) - Number(a.isRaw))
  );
  return [
    ...changes.filter(({ isLarger }) => isLarger),
    ...changes.filter(({ isLarger }) => !isLarger).toReversed(),
  ].map(({ step }) => step);
}

/** A link that an earlier step of the plan makes. */
const planned = {
  ifIndex: 0,
  up: false,
  adminUp: false,
  loopback: false,
  broadcast: true,
  master: "",
  kind: "planned",
  mac: "",
  addresses: [],
  defaultRouters: [],
} as const;
