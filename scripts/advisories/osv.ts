/** Asks an OSV server (https://google.github.io/osv.dev/api/) which advisories are known of packages. */
import type { Dependency } from "./dependencies.ts";

/** One advisory that holds for one package. */
export interface Advisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** `LOW` to `CRITICAL` as its source says; `""` if it says nothing. */
  readonly severity: string;
  /** Versions that have it no more. */
  readonly fixed: readonly string[];
  readonly dependency: Dependency;
}

/** How to ask. */
export interface OsvOptions {
  /** Without `/v1/…`, e.g. `https://api.osv.dev`. */
  readonly api: string;
  readonly timeoutMs: number;
}

const queriesAtOnce = 1000;
const pagesAtMost = 100;

/** @throws {Error} naming the address, what was expected and what came */
export async function knownAdvisories(
  dependencies: readonly Dependency[],
  options: OsvOptions,
): Promise<Advisory[]> {
  const hits: { readonly id: string; readonly dependency: Dependency }[] = [];
  const open: Query[] = dependencies.map((dependency) => ({ dependency }));
  for (let page = 0; open.length > 0; page++) {
    if (page === pagesAtMost) throw new Error(`${options.api}: expected an end, got ${pagesAtMost} pages`);
    const now = open.splice(0, queriesAtOnce);
    const results = await queryBatch(now, options);
    for (const [index, { ids, pageToken }] of results.entries()) {
      const dependency = now[index]?.dependency;
      if (dependency === undefined) continue;
      hits.push(...ids.map((id) => ({ id, dependency })));
      if (pageToken !== undefined) open.push({ dependency, pageToken });
    }
  }
  const details = new Map<string, Record<string, unknown>>();
  for (const { id } of hits) {
    if (!details.has(id)) {
      details.set(id, await ask(`${options.api}/v1/vulns/${encodeURIComponent(id)}`, options));
    }
  }
  return hits.map(({ id, dependency }) => advisory(id, details.get(id) ?? {}, dependency));
}

interface Query {
  readonly dependency: Dependency;
  readonly pageToken?: string;
}

async function queryBatch(queries: readonly Query[], options: OsvOptions) {
  const url = `${options.api}/v1/querybatch`;
  const answer = await ask(url, options, {
    queries: queries.map(({ dependency: { name, ecosystem, version }, pageToken }) => ({
      package: { name, ecosystem },
      version,
      ...(pageToken === undefined ? {} : { page_token: pageToken }),
    })),
  });
  const results = list(answer["results"]);
  if (results.length !== queries.length) {
    throw new Error(`${url}: expected ${queries.length} results, got ${results.length}`);
  }
  return results.map((result) => ({
    ids: list(result["vulns"]).map(({ id }) => text(id)).filter((id) => id !== ""),
    pageToken: text(result["next_page_token"]) || undefined,
  }));
}

function advisory(id: string, record: Record<string, unknown>, dependency: Dependency): Advisory {
  const own = list(record["affected"]).filter(({ package: named }) => {
    const { name, ecosystem } = object(named);
    return name === dependency.name && ecosystem === dependency.ecosystem;
  });
  const events = own.flatMap(({ ranges }) => list(ranges)).flatMap(({ events }) => list(events));
  return {
    id,
    aliases: Array.isArray(record["aliases"]) ? record["aliases"].map(text) : [],
    summary: text(record["summary"]) || (text(record["details"]).split("\n")[0] ?? ""),
    severity: text(object(record["database_specific"])["severity"]),
    fixed: [...new Set(events.map(({ fixed }) => text(fixed)).filter((version) => version !== ""))],
    dependency,
  };
}

async function ask(url: string, { timeoutMs }: OsvOptions, body?: object): Promise<Record<string, unknown>> {
  let response: Response;
  try {
    response = await fetch(url, {
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      headers: { "content-type": "application/json" },
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (cause) {
    throw new Error(`${url} can't be reached: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const content = await response.text();
  if (response.status !== 200) {
    throw new Error(`${url}: expected 200, got ${response.status} ${content.slice(0, 200)}`);
  }
  try {
    return object(JSON.parse(content));
  } catch (cause) {
    throw new Error(`${url}: expected JSON, got ${content.slice(0, 200)}`, { cause });
  }
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(object) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
