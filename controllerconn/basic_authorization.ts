/** User and password in a URL, and the header that carries them (RFC 7617). Pure. */

/** As they are, not as a URL writes them. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Undefined if the URL has none. */
export function credentialsOf(url: URL): Credentials | undefined {
  const [user, password] = [decoded(url.username), decoded(url.password)];
  return user === "" ? undefined : { user, password };
}

/** What `Authorization` and `Proxy-Authorization` say. */
export function basicAuthorization({ user, password }: Credentials): string {
  return `Basic ${new TextEncoder().encode(`${user}:${password}`).toBase64()}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
