// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { fault, ShardscopeError } from '../../shared/errors.ts';
import { activeTab } from '../store/tabs.ts';
import { renderOpened, sampleClient } from '../testing/render-app.tsx';
import { doneJob, planOf, runningJob } from '../testing/samples.ts';

afterEach(cleanup);

async function openDialog(client = sampleClient()) {
  const app = await renderOpened(client, 'summary');
  fireEvent.click(screen.getByRole('button', { name: 'Merge into one model' }));
  const dialog = await screen.findByRole('dialog', { name: 'Merge 8 ranks into one model' });
  return { ...app, dialog: within(dialog) };
}

type Dialog = Awaited<ReturnType<typeof openDialog>>['dialog'];
const mergeButton = (dialog: Dialog) => dialog.getByRole<HTMLButtonElement>('button', { name: 'Merge' });

test('says how things were found, what will be written, and the equal command', async () => {
  const { dialog } = await openDialog();
  expect(
    await dialog.findByText(/^Step 20, the newest that every rank has\. Strategy found in/),
  ).toBeDefined();
  expect(dialog.getByText('412.0 GiB').parentElement?.textContent).toBe('412.0 GiB, needs 70.9 GiB');
  expect(dialog.getByText('210.0 MiB').parentElement?.textContent).toBe(
    'about 2 minutes at this disk’s speed, 210.0 MiB',
  );
  expect(dialog.getByTitle(planOf().commandLine)).toBeDefined();
  expect(dialog.getByLabelText<HTMLInputElement>('Into').value).toBe('/data/qwen2_7b/merged_step20');
  expect(mergeButton(dialog).disabled).toBe(false);
});

test('a folder that is not empty must be allowed to be replaced', async () => {
  const client = sampleClient();
  client.answer({ 'job.plan': () => planOf({ outExists: true }) });
  const { dialog } = await openDialog(client);
  expect(await dialog.findByText(/not empty: choose another/)).toBeDefined();
  expect(mergeButton(dialog).disabled).toBe(true);
  fireEvent.click(dialog.getByRole('checkbox', { name: 'Replace what lies in this folder' }));
  await waitFor(() => expect(mergeButton(dialog).disabled).toBe(false));
});

test('a refusal is shown with its advice and keeps the button shut', async () => {
  const client = sampleClient();
  client.answer({
    'job.plan': () => {
      throw new ShardscopeError(fault('SG_NOT_FOUND', 'there is no strategy', 'Name one with --strategy.'));
    },
  });
  const { dialog } = await openDialog(client);
  const alert = await dialog.findByRole('alert');
  expect(alert.textContent).toContain('There is no strategy.Name one with --strategy.');
  expect(within(alert).getByRole('button', { name: 'Name a strategy…' })).toBeDefined();
  expect(mergeButton(dialog).disabled).toBe(true);
});

test('options change the plan', async () => {
  const { dialog, client } = await openDialog();
  fireEvent.click(
    await dialog.findByRole('button', { name: /^Options: leave out optimizer state \(saves 56\.7 GiB\)/ }),
  );
  fireEvent.click(await dialog.findByRole('radio', { name: 'Hugging Face' }));
  fireEvent.click(dialog.getByRole('checkbox', { name: /^Check the result/ }));
  await waitFor(() =>
    expect(client.inputsOf('job.plan').at(-1)).toMatchObject({ names: 'huggingface', verify: false }),
  );
});

test('merging closes the dialog; the job is followed at the bottom, and its result opened', async () => {
  const client = sampleClient();
  client.answer({ 'job.start': () => runningJob(), 'jobs.cancel': () => null });
  const { dialog, workspace } = await openDialog(client);
  await waitFor(() => expect(mergeButton(dialog).disabled).toBe(false));
  fireEvent.click(mergeButton(dialog));
  expect((await screen.findByText(/1\.9 GiB\/s/)).textContent).toBe(
    '44.0 of 70.9 GiB · 1.9 GiB/s · 14 seconds left',
  );
  expect(screen.queryByRole('dialog', { name: /Merge 8 ranks/ })).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(client.inputsOf('jobs.cancel')).toEqual([{ job: 'a' }]);
  act(() => client.emit({ type: 'job', job: doneJob() }));
  fireEvent.click(await screen.findByRole('button', { name: 'Open result' }));
  // In a tab of its own.
  await waitFor(() =>
    expect(activeTab(workspace.getState()).store.getState().checkpoint?.path).toBe(
      '/data/qwen2_7b/merged_step20',
    ),
  );
});
