/** `scripts/fleet/job.yaml`, the indexed Job of Kubernetes, with other numbers in it. Pure but for the file beside it. */

const file = new URL("./job.yaml", import.meta.url);

/** @throws {Error} when the file lacks a line that is to be changed */
export function manifest(template: string, shards: number, devices: number, server: string): string {
  const changes: readonly (readonly [RegExp, string])[] = [
    [/completions: \d+/, `completions: ${shards}`],
    [/parallelism: \d+/, `parallelism: ${shards}`],
    [/(name: FLEET_SHARDS\n\s+value: )"\d+"/, `$1"${shards}"`],
    [/"--devices=\d+"/, `"--devices=${devices}"`],
    [/"--server=[^"]*"/, `"--server=${server}"`],
  ];
  return changes.reduce((text, [pattern, replacement]) => {
    if (!pattern.test(text)) throw new Error(`job.yaml: expected a line like ${pattern}`);
    return text.replace(pattern, replacement);
  }, template);
}

/** The file as it is. */
export function jobTemplate(): string {
  return Deno.readTextFileSync(file);
}
