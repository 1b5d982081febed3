/** Serial numbers that makers of boards leave unset, so that many devices have the same (`spec/client.md §18` C5). Pure. */

const placeholders: ReadonlySet<string> = new Set([
  "0",
  "0123456789",
  "123456789",
  "1234567890",
  "default string",
  "n/a",
  "none",
  "not applicable",
  "not specified",
  "oem",
  "o.e.m.",
  "serial number",
  "system serial number",
  "to be filled by o.e.m.",
  "to be set by oem",
  "unknown",
]);

/** Whether the number says nothing of this one device. It is sent all the same: controllers know devices by it. */
export function isPlaceholder(serial: string): boolean {
  return placeholders.has(serial.trim().toLowerCase());
}
