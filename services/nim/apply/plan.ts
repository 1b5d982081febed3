/** From what is wanted and what Linux has to ordered steps (`spec/nim.md §14`). Pure; nothing to do gives no step. */
import type { Network, Wanted } from "../parts.ts";
import type { Have } from "./have.ts";
import { addressSteps, dhcpcdSteps } from "./plan_addresses.ts";
import { linkPlan } from "./plan_links.ts";
import { radioSteps, resolverPortsOf, type ResolverSettings, resolverSteps } from "./plan_resolver.ts";
import { localRuleSteps, routingSteps } from "./plan_routing.ts";
import type { Step } from "./step.ts";
import { type AdapterKind, targetsOf } from "./targets.ts";

/** What is not said by {@linkcode Wanted}. */
export interface PlanSettings extends ResolverSettings {
  readonly adapters: AdapterKind;
}

/**
 * Links, DHCP clients, addresses, tables, rules, ARP, resolver, radio, in this order. What depends on addresses that are
 * still to come is planned when they are there. Without any port nothing is selected yet: what an earlier nim has set up
 * stays until something is (W7).
 */
export function plan(
  wanted: Wanted,
  have: Have,
  resolv: Network["resolv"],
  settings: PlanSettings,
): readonly Step[] {
  const targets = targetsOf(wanted, settings.adapters);
  const radio = radioSteps(targets, wanted.radioOff, have);
  if (wanted.ports.length === 0) return [...radio, ...localRuleSteps(have)];
  const links = linkPlan(targets, have);
  return [
    ...radio,
    ...links.steps,
    ...dhcpcdSteps(targets, have, { sendVendorClass: wanted.sendVendorClass, waiting: links.waiting }),
    ...addressSteps(targets, have),
    ...routingSteps(targets, have),
    ...resolverSteps(resolverPortsOf(targets, have.links, resolv), have, settings),
  ];
}
