/** The part of `scripts/soak.ts` that runs in namespaces of its own: options as JSON in, report files out. */
import { passed, reportFiles, summary } from "./report.ts";
import { soak, type SoakOptions } from "./soak.ts";

/** What `scripts/soak.ts` hands over as one argument. */
export type Order = Omit<SoakOptions, "tell"> & { readonly out: string };

if (import.meta.main) {
  const encoder = new TextEncoder();
  const tell = (text: string) => void Deno.stdout.writeSync(encoder.encode(`${text}\n`));
  const { out, ...options }: Order = JSON.parse(Deno.args[0] ?? "{}");
  try {
    const result = await soak({ ...options, tell });
    await Deno.mkdir(out, { recursive: true });
    for (const [name, text] of Object.entries(reportFiles(result))) {
      await Deno.writeTextFile(`${out}/${name}`, text);
    }
    tell(
      `\n${summary(result)}\n\n${
        passed(result) ? "passed" : "FAILED"
      }; report.md, report.json, report.svg in ${out}`,
    );
    Deno.exit(passed(result) ? 0 : 1);
  } catch (error) {
    tell(`soak: ${error instanceof Error ? error.message : error}`);
    Deno.exit(1);
  }
}
