/**
 * Rules and tables that let traffic leave by the port whose address it comes from (`spec/nim.md §14.5`), and the words of
 * `ip` that bring what is there to what should be. Pure. What is there already is kept, whoever made it (`§19 W7`).
 */
/** Priority of the rule that looks into table local; it takes the place of the kernel's own at 0. */
export const localTablePriority = 12_000;
/** Priority of the rules of single addresses. */
export const addressPriority = 15_000;

/** One port as it is now. */
export interface RulePort {
  readonly ifIndex: number;
  /** Link-local ones too. */
  readonly addresses: readonly string[];
  /** The only IPv4 address that gets a rule, with `IgnoreDhcpIPAddresses`. */
  readonly onlyAddress?: string;
}

/** One policy rule; `from` is an address with its length, or `all`. */
export interface Rule {
  readonly family: 4 | 6;
  readonly priority: number;
  readonly from: string;
  readonly table: number;
}

const localTable = 255;

/** The table with the routes of one port. */
export function portTable(ifIndex: number): number {
  return 500 + ifIndex;
}

/** All rules that nim wants. */
export function desiredRules(ports: readonly RulePort[]): readonly Rule[] {
  return [
    ...([4, 6] as const).map((family): Rule => ({
      family,
      priority: localTablePriority,
      from: "all",
      table: localTable,
    })),
    ...ports.flatMap(({ ifIndex, addresses, onlyAddress }) =>
      addresses
        .filter((address) => onlyAddress === undefined || isIPv6(address) || address === onlyAddress)
        .map((address): Rule => ({
          family: isIPv6(address) ? 6 : 4,
          priority: addressPriority,
          from: isIPv6(address) ? `${address}/128` : `${address}/32`,
          table: portTable(ifIndex),
        }))
    ),
  ];
}

/**
 * The words behind `ip`, in the order in which they must run: new rules first, so that no packet is without a way. Of what is
 * there, only the kernel's own rule at 0 and rules at our priorities that are not wanted any more go; all others are another's.
 */
export function ruleChanges(
  existing: readonly Rule[],
  desired: readonly Rule[],
): readonly (readonly string[])[] {
  const isOurs = ({ priority, from }: Rule) =>
    priority === addressPriority || (from === "all" && (priority === localTablePriority || priority === 0));
  const added = desired.filter((rule) => !existing.some((other) => same(rule, other)));
  const gone = existing.filter((rule) => isOurs(rule) && !desired.some((other) => same(rule, other)));
  return [...added.map((rule) => words("add", rule)), ...gone.map((rule) => words("del", rule))];
}

function words(verb: "add" | "del", { family, priority, from, table }: Rule): readonly string[] {
  const rule = ["from", from, "table", String(table), "priority", String(priority)];
  return [`-${family}`, "rule", verb, ...rule];
}

function same(a: Rule, b: Rule): boolean {
  return a.family === b.family && a.priority === b.priority && a.from === b.from && a.table === b.table;
}

function isIPv6(address: string): boolean {
  return address.includes(":");
}
