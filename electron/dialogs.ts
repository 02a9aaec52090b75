import { type BrowserWindow, dialog, type OpenDialogOptions } from 'electron';

const FILE_FILTERS = [
  { name: 'Weights, indexes and strategies', extensions: ['safetensors', 'ckpt', 'json'] },
  { name: 'All files', extensions: ['*'] },
];

/** A folder to open; undefined when dismissed. */
export function pickFolder(window: BrowserWindow): Promise<string | undefined> {
  return pick(window, { title: 'Open a checkpoint folder', properties: ['openDirectory'] });
}

/** A file to open; undefined when dismissed. */
export function pickFile(window: BrowserWindow): Promise<string | undefined> {
  return pick(window, { title: 'Open a file', properties: ['openFile'], filters: FILE_FILTERS });
}

/** A folder or file to write, one that exists or is to be made; undefined when dismissed. */
export async function pickOutput(
  window: BrowserWindow,
  suggested: string | null,
): Promise<string | undefined> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: 'Choose where to write',
    buttonLabel: 'Choose',
    nameFieldLabel: 'Name',
    properties: ['createDirectory', 'showOverwriteConfirmation'],
    ...(suggested !== null && { defaultPath: suggested }),
  });
  return canceled || filePath === '' ? undefined : filePath;
}

/** Asks whether to quit while jobs run. The safe answer is the one that Enter and Escape give. */
export async function confirmQuit(window: BrowserWindow, titles: readonly string[]): Promise<boolean> {
  const one = titles.length === 1;
  const { response } = await dialog.showMessageBox(window, {
    type: 'warning',
    message: one ? 'A job is running.' : `${titles.length} jobs are running.`,
    detail: `${titles.join('\n')}\n\nQuitting cancels ${one ? 'it' : 'them'}. What was written so far is removed; the sources are not touched.`,
    buttons: ['Keep running', one ? 'Cancel the job and quit' : 'Cancel the jobs and quit'],
    defaultId: 0,
    cancelId: 0,
  });
  return response === 1;
}

async function pick(window: BrowserWindow, options: OpenDialogOptions): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options);
  return canceled ? undefined : filePaths[0];
}
