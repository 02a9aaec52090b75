import { type BrowserWindow, dialog, type OpenDialogOptions } from 'electron';
import { t } from '../shared/text/t.ts';

/** A folder to open; undefined when dismissed. */
export function pickFolder(window: BrowserWindow): Promise<string | undefined> {
  return pick(window, { title: t('Open a checkpoint folder'), properties: ['openDirectory'] });
}

/** A file to open; undefined when dismissed. */
export function pickFile(window: BrowserWindow): Promise<string | undefined> {
  return pick(window, {
    title: t('Open a file'),
    properties: ['openFile'],
    filters: [
      { name: t('Weights, indexes and strategies'), extensions: ['safetensors', 'ckpt', 'json'] },
      { name: t('All files'), extensions: ['*'] },
    ],
  });
}

/** A folder or file to write, one that exists or is to be made; undefined when dismissed. */
export async function pickOutput(
  window: BrowserWindow,
  suggested: string | null,
): Promise<string | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: t('Choose where to write'),
    buttonLabel: t('Choose'),
    nameFieldLabel: t('Name'),
    properties: ['createDirectory', 'showOverwriteConfirmation'],
    ...(suggested !== null && { defaultPath: suggested }),
  });
  return canceled || filePath === '' ? undefined : filePath;
}

/** Asks whether to quit while jobs run. The safe answer is the one that Enter and Escape give. */
export async function confirmQuit(window: BrowserWindow, titles: readonly string[]): Promise<boolean> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: t('{{count}} jobs are running.', { count: titles.length }),
    detail: `${titles.join('\n')}\n\n${t('Quitting cancels what is running. What was written so far is removed; the sources are not touched.')}`,
    buttons: [t('Keep running'), t('Cancel and quit')],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}

async function pick(window: BrowserWindow, options: OpenDialogOptions): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options);
  return canceled ? undefined : filePaths[0];
}
