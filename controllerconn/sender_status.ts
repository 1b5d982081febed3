/** Outcome classes of a request, with EVE's names and numbers (`spec/controllerconn.md §1.4`). */
export const SenderStatus = {
  SenderStatusNone: 0,
  SenderStatusRefused: 1,
  SenderStatusUpgrade: 2,
  SenderStatusCertInvalid: 3,
  SenderStatusCertMiss: 4,
  SenderStatusSignVerifyFail: 5,
  SenderStatusAlgoFail: 6,
  SenderStatusHashSizeError: 7,
  SenderStatusCertUnknownAuthority: 8,
  SenderStatusCertUnknownAuthorityProxy: 9,
  SenderStatusNotFound: 10,
  SenderStatusForbidden: 11,
  SenderStatusFailed: 12,
  SenderStatusDebug: 13,
} as const;

/** One of the numbers of {@linkcode SenderStatus}. */
export type SenderStatus = (typeof SenderStatus)[keyof typeof SenderStatus];

/** The name as EVE prints it; any other number is `Unknown status N`. */
export function senderStatusName(status: number): string {
  const entry = Object.entries(SenderStatus).find(([, value]) => value === status);
  return entry === undefined ? `Unknown status ${status}` : entry[0];
}
