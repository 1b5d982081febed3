/** Which devices of a fleet one process plays. Pure. */

/** Part `index`, from 0, of `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** What an indexed Job of Kubernetes sets, and `job.yaml` beside it. */
export interface ShardEnvironment {
  readonly JOB_COMPLETION_INDEX?: string | undefined;
  /** As many as the Job has completions. */
  readonly FLEET_SHARDS?: string | undefined;
}

/**
 * The flag `i/n` wins over the environment; without both it is all.
 * @throws {Error} that says what was expected
 */
export function shardOf(flag: string | undefined, environment: ShardEnvironment): Shard {
  if (flag !== undefined) {
    const [, index, count] = /^(\d+)\/(\d+)$/.exec(flag) ?? [];
    return checked("--shard", flag, Number(index), Number(count));
  }
  const { JOB_COMPLETION_INDEX: index, FLEET_SHARDS: count } = environment;
  if (index === undefined) return { index: 0, count: 1 };
  if (count === undefined) {
    throw new Error(
      `JOB_COMPLETION_INDEX is ${index}: expected FLEET_SHARDS beside it, the number of completions`,
    );
  }
  return checked("JOB_COMPLETION_INDEX/FLEET_SHARDS", `${index}/${count}`, Number(index), Number(count));
}

function checked(what: string, given: string, index: number, count: number): Shard {
  if (Number.isInteger(index) && Number.isInteger(count) && index >= 0 && index < count) {
    return { index, count };
  }
  throw new Error(`${what}: expected i/n with 0 ≤ i < n, got ${JSON.stringify(given)}`);
}

/** How many of `devices` a shard has; all shards together have all, and none has more than one above another. */
export function devicesOf({ index, count }: Shard, devices: number): number {
  return Math.floor(((index + 1) * devices) / count) - Math.floor((index * devices) / count);
}

/** The shards of the processes that share one shard. */
export function within({ index, count }: Shard, processes: number): Shard[] {
  return Array.from(
    { length: processes },
    (_, n) => ({ index: index * processes + n, count: count * processes }),
  );
}

/** As `--shard` takes it. */
export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}
