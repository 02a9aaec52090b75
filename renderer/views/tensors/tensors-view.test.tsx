// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { NAMES, renderOpened, sampleClient } from '../../testing/render-app.tsx';
import { pagesOf, tensorRow } from '../../testing/samples.ts';

afterEach(cleanup);

const grid = () => screen.getByRole('treegrid', { name: 'Tensors' });
const dataRows = () => within(grid()).getAllByRole('row').slice(1);

test('shows tensors as rows and cells that can be found by role', async () => {
  await renderOpened();
  await waitFor(() => expect(dataRows()).toHaveLength(NAMES.length));
  expect(grid().getAttribute('aria-rowcount')).toBe(String(NAMES.length + 1));
  const row = within(grid()).getByRole('row', { name: /layers\.0\.feed_forward\.w2\.weight/ });
  expect(
    within(row)
      .getAllByRole('cell')
      .map((cell) => cell.textContent),
  ).toEqual(['BF16', '3584 × 18944', '129.5 MiB', '4 slices × 2']);
});

test('the filter asks once typing has settled, and says what it does not understand', async () => {
  const { client } = await renderOpened();
  const field = screen.getByRole('textbox', { name: 'Filter tensors' });
  fireEvent.change(field, { target: { value: 'w' } });
  fireEvent.change(field, { target: { value: 'w2' } });
  await waitFor(() => expect(screen.getByText('3 of 9')).toBeDefined());
  const filters = client.inputsOf('tensors.page').map((input) => input.filter);
  expect(filters).toContain('w2');
  expect(filters).not.toContain('w');
  fireEvent.change(field, { target: { value: 'w2 size:>' } });
  expect(await screen.findByText(/is no size/)).toBeDefined();
  expect(field.getAttribute('aria-invalid')).toBe('true');
});

test('arrow keys move, Shift takes the range, Enter keeps the explanation open', async () => {
  const { store } = await renderOpened();
  await waitFor(() => expect(dataRows()).toHaveLength(NAMES.length));
  fireEvent.keyDown(grid(), { key: 'ArrowDown' });
  expect([...store.getState().selected]).toEqual([NAMES[1]]);
  expect(grid().getAttribute('aria-activedescendant')).toBe(dataRows()[1]?.id);
  fireEvent.keyDown(grid(), { key: 'ArrowDown', shiftKey: true });
  await waitFor(() => expect(store.getState().selected.size).toBe(2));
  expect(screen.getByText(/^2 of 1,155 selected · 135,790,592 parameters/)).toBeDefined();
  fireEvent.keyDown(grid(), { key: 'End' });
  expect(store.getState().cursor).toBe(NAMES.length - 1);
  fireEvent.keyDown(grid(), { key: 'Home' });
  expect(store.getState().cursor).toBe(0);
});

test('groups open and close by click and arrows', async () => {
  const client = sampleClient();
  const group = {
    type: 'group',
    name: 'model.layers.0',
    depth: 0,
    label: 'model.layers.0',
    count: 9,
    byteLength: 1024,
    expanded: true,
  } as const;
  client.answer({ 'tensors.page': pagesOf([group, tensorRow('wq', { depth: 1 })]) });
  const { store } = await renderOpened(client);
  await waitFor(() => expect(dataRows()).toHaveLength(2));
  const row = within(grid()).getByRole('row', { name: /9 tensors/ });
  expect(row.getAttribute('aria-expanded')).toBe('true');
  fireEvent.mouseDown(within(row).getByRole('rowheader'));
  expect(store.getState().ask.toggled).toEqual(['model.layers.0']);
  act(() => store.getState().moveCursor(1));
  fireEvent.keyDown(grid(), { key: 'ArrowLeft' });
  expect(store.getState().cursor).toBe(0);
});

test('a double click on a tensor shows its values; one on a group or a heading does not', async () => {
  const client = sampleClient();
  const group = { type: 'group', name: 'model', depth: 0, label: 'model', count: 1, byteLength: 4 } as const;
  client.answer({ 'tensors.page': pagesOf([{ ...group, expanded: true }, tensorRow('wq', { depth: 1 })]) });
  const { store } = await renderOpened(client);
  await waitFor(() => expect(dataRows()).toHaveLength(2));
  const [first, second] = dataRows();
  fireEvent.doubleClick(screen.getByRole('button', { name: 'Size' }));
  fireEvent.doubleClick(within(first ?? grid()).getByRole('rowheader'));
  expect(store.getState().view).toBe('tensors');
  fireEvent.doubleClick(within(second ?? grid()).getByRole('rowheader'));
  expect(store.getState().view).toBe('values');
});

test('headers sort: largest first, smallest first, as before', async () => {
  const { store } = await renderOpened();
  const sort = () => store.getState().ask.sort;
  const header = await screen.findByRole('button', { name: 'Size' });
  fireEvent.click(header);
  expect(sort()).toEqual({ column: 'size', descending: true });
  expect(screen.getByRole('columnheader', { name: 'Size' }).getAttribute('aria-sort')).toBe('descending');
  fireEvent.click(header);
  expect(sort()).toEqual({ column: 'size', descending: false });
  fireEvent.click(header);
  expect(sort()).toBeUndefined();
});

test('a tensor is explained: shape, drawing, sentence of the picked slice, places', async () => {
  await renderOpened();
  await waitFor(() => expect(dataRows()).toHaveLength(NAMES.length));
  fireEvent.mouseDown(within(dataRows()[2] ?? grid()).getByRole('rowheader'));
  expect(await screen.findByText('columns cut in 4 along mp')).toBeDefined();
  const slices = within(screen.getByRole('group', { name: 'Slices of the tensor' })).getAllByRole('button');
  expect(slices.map((slice) => slice.textContent)).toEqual([
    'ranks 0, 40–4735',
    'ranks 1, 54736–9471',
    'ranks 2, 69472–14207',
    'ranks 3, 714208–18943',
  ]);
  fireEvent.click(slices[1] ?? document.body);
  expect(screen.getByText(/^Ranks 1 and 5 hold all 3,584 rows and columns 4736–9471\.$/)).toBeDefined();
  fireEvent.click(screen.getByRole('tab', { name: 'Where it lies' }));
  await waitFor(() => expect(screen.getAllByRole('listitem').length).toBeGreaterThanOrEqual(8));
  const places = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
  expect(
    places.filter((text) => text?.endsWith('bytes 1,024–33,948,671 · 32.4 MiB · slice 2 of 4')),
  ).toHaveLength(2);
});

test('columns are hidden and shown, and that is remembered in the settings', async () => {
  const { workspace } = await renderOpened();
  fireEvent.click(await screen.findByRole('button', { name: 'Columns' }));
  fireEvent.click(await screen.findByRole('checkbox', { name: 'Type' }));
  await waitFor(() => expect(screen.queryByRole('columnheader', { name: 'Type' })).toBeNull());
  fireEvent.click(screen.getByRole('checkbox', { name: 'Parameters' }));
  expect(await screen.findByRole('columnheader', { name: 'Parameters' })).toBeDefined();
  expect(workspace.getState().columns.visibility).toMatchObject({ dtype: false, elements: true });
});

test('a refused filter or page is shown with what to do', async () => {
  const client = sampleClient();
  client.answer({
    'tensors.page': () => {
      throw new Error('broken');
    },
  });
  await renderOpened(client);
  expect((await screen.findByRole('alert')).textContent).toContain('Unexpected: broken.');
});

test('rows that are long in coming are said to be coming, not to be none', async () => {
  const client = sampleClient();
  let send = () => {};
  const rows = pagesOf(NAMES.map((name) => tensorRow(name)));
  client.answer({
    'tensors.page': (input) =>
      new Promise((resolve) => {
        send = () => resolve(rows(input));
      }),
  });
  await renderOpened(client);
  expect(await screen.findByText('Reading…')).toBeDefined();
  expect(screen.getAllByRole('status').map(({ textContent }) => textContent)).not.toContain('0');
  send();
  await waitFor(() => expect(dataRows()).toHaveLength(NAMES.length));
  expect(screen.queryByText('Reading…')).toBeNull();
});
