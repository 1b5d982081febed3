/** Writes `docs/checks.md` from the catalogue of diag's checks. */
import { join } from "node:path";
import { checksPage } from "../services/diag/checks/page.ts";

Deno.writeTextFileSync(join(import.meta.dirname ?? ".", "..", "docs", "checks.md"), checksPage());
