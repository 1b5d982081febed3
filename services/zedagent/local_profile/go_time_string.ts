/** Go's `time.Time.String()`, for people and for keys that only have to differ (`spec/zedagent.md §10.3`). */

/** `2026-05-20 22:13:31.076 +0000 UTC` @param ms milliseconds since 1970 */
export function goTimeString(ms: number): string {
  const [date = "", rest = ""] = new Date(Math.floor(ms)).toISOString().split("T");
  return `${date} ${trimmed(rest.replace("Z", ""))} +0000 UTC`;
}

/** Without zeros at the end of the fraction. */
function trimmed(time: string): string {
  const [whole = "", fraction = ""] = time.split(".");
  const digits = fraction.replace(/0+$/, "");
  return digits === "" ? whole : `${whole}.${digits}`;
}
