import type { IncomingMessage } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';

const LOOPBACK = new Set(['127.0.0.1', '::1']);

/** Is the address reachable from this machine only? */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

/** `host:port` as a URL writes it: brackets around IPv6. */
export function authority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The values of the Host header that mean this server. A page of another site whose name was made to point
 * here (DNS rebinding) sends its own name, and is refused. A server that listens to the network also answers to
 * this machine's name and addresses.
 */
export function ownAuthorities(host: string, port: number): ReadonlySet<string> {
  const names = ['localhost', '127.0.0.1', '::1'];
  if (!isLoopback(host)) {
    names.push(hostname().toLowerCase());
    for (const addresses of Object.values(networkInterfaces()))
      for (const { address } of addresses ?? []) names.push(address);
  }
  return new Set(names.map((name) => authority(name, port)));
}

/**
 * Does the request speak to this server, and, when a page makes it, does that page come from this server?
 * Exactly one Host; at most one Origin, the same as the Host; a path rather than a whole URL as the target.
 */
export function isAddressedToUs(request: IncomingMessage, own: ReadonlySet<string>): boolean {
  const [host, ...moreHosts] = headerValues(request, 'host');
  if (host === undefined || moreHosts.length > 0 || !own.has(host)) return false;
  if (!request.url?.startsWith('/')) return false;
  const origins = headerValues(request, 'origin');
  return origins.length === 0 || (origins.length === 1 && origins[0] === `http://${host}`);
}

/** WebSockets are exempt from the same-origin policy: an upgrade must say where it comes from. */
export function saysOrigin(request: IncomingMessage): boolean {
  return request.headers.origin !== undefined;
}

/** From the raw headers: Node keeps only the first of several Hosts. */
function headerValues({ rawHeaders }: IncomingMessage, name: string): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
}
