import { app, type Session, type WebContents } from 'electron';
import { APP_ORIGIN } from './app-protocol.ts';

/** The only thing that the page may ask of the system: writing text that the user copies. */
const PERMISSION = 'clipboard-sanitized-write';

/** What the page may load from: itself, and what its developer tools are made of. */
const OWN = /^(app:\/\/shardscope\/|devtools:|data:image\/|blob:app:\/\/shardscope\/)/;

/** Denies permissions, devices and every request that leaves the app. */
export function restrictSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(permission === PERMISSION && isOurs(contents)),
  );
  session.setPermissionCheckHandler((contents, permission) => permission === PERMISSION && isOurs(contents));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !OWN.test(url) }));
}

/** No page of any window navigates, opens windows or attaches a webview. To be set before the first window. */
export function restrictContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-frame-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

function isOurs(contents: WebContents | null): boolean {
  return contents !== null && contents.mainFrame.origin === APP_ORIGIN;
}
