/** Device files go into an archive without the passwords in them: archives are handed to others. Pure. */

/** `"Password": "…"` and the like: Wi-Fi, cellular, datastores. */
const passwordMember = /("(?:[A-Za-z_]*(?:password|passwd|psk|secret))"\s*:\s*)"(?:[^"\\]|\\.)+"/gi;
/** User and password in the address of a proxy or server. */
const userInfo = /:\/\/[^/\s@"']+@/g;

/** The same text; a value that is taken out is `(hidden)`. What is encrypted stays, since it says nothing. */
export function withoutSecrets(text: string): string {
  return text.replace(passwordMember, '$1"(hidden)"').replace(userInfo, "://(hidden)@");
}
