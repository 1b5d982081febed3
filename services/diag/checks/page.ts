/** `docs/checks.md`, from the catalogue. Pure. */
import { catalogue } from "./catalogue.ts";
import type { Check } from "./check.ts";
import { type Layer, layers } from "./layer.ts";

const head = `# What diag checks

Made from the catalogue in \`services/diag/checks/\` by \`./scripts/run checks\`; a test holds it.

\`diag\` looks at one layer after another, from the device outwards. What depends on a layer that has failed is "not reached": one cause
is one finding. \`diag --once --json\` prints the findings for scripts, \`diag validate DIR\` checks the files of a \`/config\` folder before
it is flashed. A code never changes its meaning and is never given to another check.

Exit codes of \`diag --once\` and \`diag validate\`: 0 nothing is wrong, 1 degraded (the device does its work, but not as it should),
2 broken. A check with the weight "broken" that concerns one port of several only degrades the device while another port works.
`;

/** The whole page, with its final newline. */
export function checksPage(): string {
  return [head, layerTable(), ...layers.map(layerSection)].join("\n");
}

function layerTable(): string {
  const rows = layers.map((layer) => `| ${layer.name} | ${layer.title} | ${layer.scope} | ${needs(layer)} |`);
  return [
    "## Layers",
    "",
    "| Layer | What | Looked at once for each | Depends on |",
    "|---|---|---|---|",
    ...rows,
    "",
  ]
    .join("\n");
}

function needs({ dependsOn, needsController }: Layer): string {
  const all = [...dependsOn, ...(needsController ? ["a controller that can be reached"] : [])];
  return all.length === 0 ? "nothing" : all.join(", ");
}

function layerSection({ name, title }: Layer): string {
  const checks = [...catalogue.values()].filter(({ layer }) => layer === name);
  return [`## ${title[0]?.toUpperCase()}${title.slice(1)}`, "", ...checks.map(checkSection)].join("\n");
}

function checkSection({ code, title, weight, cause, remedy }: Check): string {
  return `### ${code}\n\n${title} (${weight})\n\n- Likely cause: ${cause}\n- Remedy: ${remedy}\n`;
}
