import { Menu, type MenuItemConstructorOptions } from 'electron';
import { escapeText } from '../shared/text/escape.ts';
import { t } from '../shared/text/t.ts';

export interface MenuActions {
  newWindow(): void;
  openFolder(): void;
  openFile(): void;
  open(path: string): void;
  forgetRecent(): void;
}

/** As many as the start page lists. */
const RECENT = 10;

/**
 * The application menu, in the language that `t` speaks now. It has what the shell does itself; what the page does has
 * its keys in the page, because an accelerator here would take them away from it. Electron's own labels are English,
 * so that each role gets one. macOS shows neither & nor (&F).
 */
export function setMenu(
  recent: readonly string[],
  actions: MenuActions,
  platform: NodeJS.Platform = process.platform,
): void {
  const mac = platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [appMenu()] : []),
    {
      label: t('&File'),
      submenu: [
        { label: t('New window'), accelerator: 'CmdOrCtrl+Shift+N', click: () => actions.newWindow() },
        separator,
        { label: t('Open folder…'), accelerator: 'CmdOrCtrl+O', click: () => actions.openFolder() },
        { label: t('Open file…'), accelerator: 'CmdOrCtrl+Shift+O', click: () => actions.openFile() },
        {
          label: t('Open recent'),
          enabled: recent.length > 0,
          submenu: [
            ...recent
              .slice(0, RECENT)
              .map((path) => ({ label: named(path), click: () => actions.open(path) })),
            separator,
            { label: t('Forget all that are not open'), click: () => actions.forgetRecent() },
          ],
        },
        separator,
        // Ctrl+W is the page's: it closes a tab.
        { role: 'close', label: t('Close window'), accelerator: 'CmdOrCtrl+Shift+W' },
        ...(mac ? [] : [{ role: 'quit', label: t('Quit') } as const]),
      ],
    },
    {
      label: t('&Edit'),
      submenu: [
        { role: 'undo', label: t('&Undo') },
        { role: 'redo', label: t('&Redo') },
        separator,
        { role: 'cut', label: t('Cu&t') },
        { role: 'copy', label: t('&Copy') },
        { role: 'paste', label: t('&Paste') },
        { role: 'delete', label: t('&Delete') },
        separator,
        { role: 'selectAll', label: t('Select &all') },
      ],
    },
    {
      label: t('&View'),
      submenu: [
        { role: 'reload', label: t('Reload the page') },
        { role: 'toggleDevTools', label: t('Developer tools') },
        separator,
        { role: 'resetZoom', label: t('Actual size') },
        { role: 'zoomIn', label: t('Zoom in') },
        { role: 'zoomOut', label: t('Zoom out') },
        separator,
        { role: 'togglefullscreen', label: t('Full screen') },
      ],
    },
    {
      role: 'window',
      label: t('&Window'),
      submenu: [
        { role: 'minimize', label: t('Minimize') },
        { role: 'zoom', label: t('Zoom') },
        ...(mac ? [separator, { role: 'front', label: t('Bring all to front') } as const] : []),
      ],
    },
    { role: 'help', label: t('&Help'), submenu: [{ role: 'about', label: t('About Shardscope') }] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** The first menu of macOS, under the app's name. */
function appMenu(): MenuItemConstructorOptions {
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  return {
    label: 'Shardscope',
    submenu: [
      { role: 'about', label: t('About Shardscope') },
      separator,
      { role: 'services', label: t('Services') },
      separator,
      { role: 'hide', label: t('Hide Shardscope') },
      { role: 'hideOthers', label: t('Hide others') },
      { role: 'unhide', label: t('Show all') },
      separator,
      { role: 'quit', label: t('Quit') },
    ],
  };
}

/** A path as a label, in which a single & would underline the next letter. */
function named(path: string): string {
  return escapeText(path).replaceAll('&', '&&');
}
