/** Every crasher of the past, and a short seeded run of each target. `./scripts/run fuzz` is the long one. */
import { assertEquals } from "@std/assert";
import { corpusOf, faultOf, fuzz } from "./run.ts";
import { targets } from "./targets.ts";

const SEED = 20261125;

for (const target of targets) {
  Deno.test(`crashers of ${target.name} stay harmless`, async () => {
    for (const [file, input] of await corpusOf(target)) {
      assertEquals(faultOf(target, input), undefined, `corpus/${target.name}/${file}`);
    }
  });

  Deno.test(`${target.runsInCi} made inputs for ${target.name} break no rule`, async () => {
    const crashers = await fuzz(target, SEED, target.runsInCi);
    const shown = crashers.map(({ error, input, run }) =>
      `run ${run}: ${error}\n  ${JSON.stringify(input).slice(0, 1000)}`
    );
    assertEquals(shown, [], "./scripts/run fuzz keeps such inputs");
  });
}
