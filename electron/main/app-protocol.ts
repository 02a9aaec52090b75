import { protocol } from 'electron';
import { SECURITY_HEADERS } from '../server/headers.ts';
import type { StaticFiles } from '../server/static-files.ts';

const SCHEME = 'app';

/** Where the page comes from: a scheme of its own, because every file: page may read every other. */
export const APP_ORIGIN = 'app://shardscope';

/** Before the app is ready: makes `app:` a scheme with origins, like https. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Answers `app://shardscope/…` from the built page, everything else with 404. */
export function serveApp(files: StaticFiles): void {
  protocol.handle(SCHEME, (request) => {
    const file = request.method === 'GET' ? files.get(pathIn(request.url)) : undefined;
    if (!file) return new Response('not found', { status: 404, headers: SECURITY_HEADERS });
    return new Response(file.bytes, { headers: { ...SECURITY_HEADERS, 'Content-Type': file.type } });
  });
}

/** The path as sent, without query; '' for another host. Never decoded, and only ever looked up. */
function pathIn(url: string): string {
  if (!url.startsWith(`${APP_ORIGIN}/`)) return '';
  return url.slice(APP_ORIGIN.length).split(/[?#]/, 1)[0] ?? '';
}
