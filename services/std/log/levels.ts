/** The levels of `@std/log`: names and numbers. */

/** Name → number; a record passes where its number is at least the threshold. */
export const LogLevels = {
  NOTSET: 0,
  DEBUG: 10,
  INFO: 20,
  WARN: 30,
  ERROR: 40,
  CRITICAL: 50,
} as const;

/** One of the names of {@linkcode LogLevels}. */
export type LevelName = keyof typeof LogLevels;

/** One of the numbers of {@linkcode LogLevels}. */
export type LogLevel = (typeof LogLevels)[LevelName];

/** All names, least severe first. */
export const LogLevelNames: LevelName[] = ["NOTSET", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"];

/** @throws {Error} for a name that is none */
export function getLevelByName(name: LevelName): LogLevel {
  const level: LogLevel | undefined = LogLevels[name];
  if (level === undefined) throw new Error(`Cannot get log level: no level named ${name}`);
  return level;
}

/** @throws {Error} for a number that is none */
export function getLevelName(level: LogLevel): LevelName {
  const name = LogLevelNames.find((candidate) => LogLevels[candidate] === level);
  if (name === undefined) throw new Error(`Cannot get log level: no name for level: ${level}`);
  return name;
}
