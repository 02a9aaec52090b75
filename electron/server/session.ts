import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits, 43 characters of base64url. */
const SECRET_BYTES = 32;

/**
 * Who may use this server: whoever has its address with the token. The first request trades the token for a
 * cookie with another secret, which scripts cannot read and other sites cannot send, so that the token is in no
 * later URL. The cookie's name carries the port: cookies are shared between the ports of a host.
 */
export class Session {
  readonly token = randomBytes(SECRET_BYTES).toString('base64url');
  private readonly secret = randomBytes(SECRET_BYTES).toString('base64url');

  /** The query has the token, once. */
  hasToken(query: URLSearchParams): boolean {
    const [token, ...more] = query.getAll('token');
    return token !== undefined && more.length === 0 && isSame(token, this.token);
  }

  hasCookie(header: string | undefined, port: number): boolean {
    const name = `${cookieName(port)}=`;
    const values = (header ?? '').split(';').map((pair) => pair.trim());
    return values.some((pair) => pair.startsWith(name) && isSame(pair.slice(name.length), this.secret));
  }

  setCookie(port: number): string {
    return `${cookieName(port)}=${this.secret}; Path=/; HttpOnly; SameSite=Strict`;
  }
}

function cookieName(port: number): string {
  return `shardscope-${port}`;
}

/** Compares hashes of equal length, so that the time tells nothing about the secret. */
function isSame(given: string, secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(secret));
}
