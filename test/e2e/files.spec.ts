import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { tensorsIn } from '../cli/expected.ts';
import { convertTo } from './conversion.ts';
import { expect, expectAccessible, FIXTURES, type Host, test } from './support.ts';

test.use({ fixture: 'hf_llama', damages: 'files' });

/** Header and data of a safetensors file, read with nothing of the code under test. */
function partsOf(path: string) {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  return { header: bytes.toString('utf8', 8, start).trimEnd(), data: bytes.subarray(start), start };
}

async function showFiles(page: Page) {
  await page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('button', { name: /^Files/ })
    .click();
  return {
    table: page.getByRole('grid', { name: 'Files' }),
    tree: page.getByRole('tree', { name: 'Header' }),
    side: page.getByLabel('Selection', { exact: true }),
  };
}

/** A copy of the fixture beside the one that is open, changed and then shown. */
async function showCopy(page: Page, host: Host, name: string, change: (folder: string) => void) {
  const folder = join(host.scratch, name);
  await cp(join(FIXTURES, 'hf_llama'), folder, { recursive: true });
  change(folder);
  await page.evaluate((path) => {
    location.hash = `#/files?path=${encodeURIComponent(path)}`;
  }, folder);
  await expect(page.getByRole('grid', { name: 'Files' })).toBeVisible();
  return showFiles(page);
}

test('every file by keyboard: sizes, metadata, what it says', async ({ page, host }) => {
  const { table, tree, side } = await showFiles(page);
  await expect(page.getByRole('heading', { name: '5 files, 56.2 KiB' })).toBeVisible();
  await expect(page.getByText('1 more lies in its folder')).toBeVisible();
  const first = table.getByRole('row').nth(1);
  await expect(first).toContainText('model-00001-of-00003.safetensorsweights15.7 KiB101.0 KiB');
  await expect(table.getByRole('row', { name: /^expected\.json/ })).toContainText('JSON text');
  await table.focus();
  await page.keyboard.press('ArrowDown');
  await expect(side.getByRole('heading', { name: 'model-00002-of-00003.safetensors' })).toBeVisible();
  await expect(side.getByTitle('22,600 bytes')).toHaveText('22.1 KiB');
  await expect(side.getByRole('region', { name: 'Metadata' })).toContainText('formatpt');
  await expect(tree.getByRole('treeitem')).toHaveCount(11);
  await expectAccessible(page);

  // The choice is in the address.
  await page.reload();
  await expect(side.getByRole('heading', { name: 'model-00002-of-00003.safetensors' })).toBeVisible();
  await table.getByRole('row', { name: /index\.json/ }).click();
  await expect(tree.getByRole('treeitem', { name: /^weight_map/ })).toHaveAttribute('aria-expanded', 'false');
  expect(host.folder).toContain('hf_llama');
});

test('the header as a tree: opened, walked through and copied as it is written', async ({
  page,
  host,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { tree } = await showFiles(page);
  const { header } = partsOf(join(host.folder, 'model-00001-of-00003.safetensors'));
  const names = Object.keys(JSON.parse(header));
  const active = () =>
    tree.evaluate(
      (one) => document.getElementById(one.getAttribute('aria-activedescendant') ?? '')?.textContent,
    );
  await tree.focus();
  await page.keyboard.press('End');
  await expect.poll(active).toContain(names.at(-1));
  await page.keyboard.press('ArrowRight');
  await expect(tree.getByRole('treeitem')).toHaveCount(names.length + 3);
  await page.keyboard.press('ArrowRight');
  await expect.poll(active).toMatch(/^dtype/);
  await expect(tree.getByRole('treeitem', { name: /^dtype/ })).toHaveAttribute('aria-level', '2');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(active).toContain(names.at(-1));
  await page.keyboard.press('ArrowLeft');
  await expect(tree.getByRole('treeitem')).toHaveCount(names.length);
  await page.keyboard.press('Control+c');
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toContain('dtype');
  expect(header).toContain(await copied());
  await page.keyboard.press('Home');
  await expect.poll(active).toContain('__metadata__');
});

test('metadata is edited into a new file; its tensors stay byte for byte', async ({ page, host }) => {
  await showFiles(page);
  await page.getByRole('button', { name: 'Edit metadata…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit the metadata of model-00001-of-00003.safetensors' });
  await expect(dialog.getByRole('button', { name: 'Write the file' })).toBeDisabled();
  await expect(dialog.getByText('Change a key first.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'New key', exact: true }).fill('format');
  await expect(dialog.getByText('The file has this key.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'New key', exact: true }).fill('license');
  await dialog.getByRole('textbox', { name: 'Value of the new key' }).fill('a=b 许可');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Remove format' }).click();
  await expect(dialog.getByText("refuses weights whose metadata say no 'format'")).toBeVisible();
  await dialog.getByRole('button', { name: 'Keep format' }).click();
  await dialog.getByRole('textbox', { name: 'Value of format' }).fill('ms');
  await expect(dialog.getByText('2 keys set; all tensors keep their bytes, order and places.')).toBeVisible();
  const out = join(host.scratch, 'edited');
  await convertTo(page, dialog, out, 'Write the file');
  const [given, made] = [host.folder, out].map((folder) => join(folder, 'model-00001-of-00003.safetensors'));
  const { __metadata__: said, ...tensors } = JSON.parse(partsOf(made ?? '').header);
  expect(said).toEqual({ format: 'ms', license: 'a=b 许可' });
  const { __metadata__: before, ...same } = JSON.parse(partsOf(given ?? '').header);
  expect(before).toEqual({ format: 'pt' });
  expect(Object.entries(tensors)).toEqual(Object.entries(same));
  expect(partsOf(made ?? '').data.equals(partsOf(given ?? '').data)).toBe(true);
  expect(tensorsIn(made ?? '')).toEqual(tensorsIn(given ?? ''));
});

test.describe('in the dark', () => {
  test.use({ colorScheme: 'dark' });

  test('a damaged file: what is wrong, where, and what is left of it', async ({ page, host }) => {
    const cut = 'model-00002-of-00003.safetensors';
    const broken = 'model-00003-of-00003.safetensors';
    const { table, tree, side } = await showCopy(page, host, 'damaged', (folder) => {
      writeFileSync(join(folder, cut), readFileSync(join(folder, cut)).subarray(0, 20_000));
      const bytes = readFileSync(join(folder, broken));
      bytes.write('!', bytes.lastIndexOf('"dtype"'));
      writeFileSync(join(folder, broken), bytes);
    });
    // The first that is wrong is explained unasked.
    await expect(side.getByRole('heading', { name: cut })).toBeVisible();
    await expect(side).toContainText('its header needs 22,600: 2,600 bytes missing');
    const names = Object.entries(JSON.parse(partsOf(join(FIXTURES, 'hf_llama', cut)).header));
    const { start } = partsOf(join(FIXTURES, 'hf_llama', cut));
    const ends = (entry: unknown) => (entry as { data_offsets: [number, number] }).data_offsets[1];
    const lost = names.filter(([name, entry]) => name !== '__metadata__' && start + ends(entry) > 20_000);
    await expect(side).toContainText(`${10 - lost.length} of 10 tensors are wholly there`);
    await expect(side.getByRole('listitem')).toHaveCount(lost.length);
    const bytes = page.getByRole('region', { name: /^Bytes .* of 20,000$/ });
    await expect(bytes).toContainText('The file ends here.');
    await expectAccessible(page);

    await side.getByRole('button', { name: 'Write what is left…' }).click();
    const dialog = page.getByRole('dialog', { name: `Write what is left of ${cut}` });
    await expect(dialog.getByText(`${lost.length} tensors cut short or missing`)).toBeVisible();
    const out = join(host.scratch, 'left');
    await convertTo(page, dialog, out, 'Write the file');
    const left = tensorsIn(join(out, cut));
    expect(Object.keys(left)).toHaveLength(10 - lost.length);
    const whole = tensorsIn(join(FIXTURES, 'hf_llama', cut));
    for (const [name, tensor] of Object.entries(left)) expect(tensor, name).toEqual(whole[name]);

    await table.getByRole('row', { name: broken }).click();
    await expect(side).toContainText('The header is not valid JSON');
    await expect(
      page
        .getByRole('region', { name: /^Bytes / })
        .locator('mark')
        .first(),
    ).toHaveText('21');
    await page.getByText('Header', { exact: true }).last().click();
    await expect(page.getByText(/^From byte [\d,]+ on this is no JSON/)).toBeVisible();
    // All but the tensor with the fault, which is the last one.
    await expect(tree.getByRole('treeitem')).toHaveCount(10);
    await expectAccessible(page);
  });

  test('what is something else is named for what it is', async ({ page, host }) => {
    const { table, side } = await showCopy(page, host, 'others', (folder) => {
      const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n';
      writeFileSync(join(folder, 'adapter.safetensors'), pointer);
      writeFileSync(join(folder, 'pytorch_model.bin'), Buffer.from('8002', 'hex'));
      writeFileSync(join(folder, 'empty.txt'), '');
    });
    await expect(table.getByRole('row', { name: /pytorch_model/ })).toContainText('a Python pickle');
    await table.getByRole('row', { name: /^adapter/ }).click();
    await expect(side).toContainText('The file is a Git LFS pointer, not the weights themselves.');
    await expect(side).toContainText('git lfs pull');
    await expect(side.getByRole('button', { name: 'Edit metadata…' })).toBeHidden();
    await expect(page.getByRole('region', { name: /^Bytes / })).toContainText('76 65 72 73 69 6f 6e');
    await page.getByRole('textbox', { name: 'Filter files' }).fill('pickle');
    await expect(table.getByRole('row')).toHaveCount(2);
    await page.getByRole('textbox', { name: 'Filter files' }).fill('nothing like it');
    await expect(page.getByText('None of the files matches the filter.')).toBeVisible();
    await expectAccessible(page);
  });
});

test('a header of 200,000 tensors: rows as they are looked at, and a hit from far away', async ({
  page,
  host,
}) => {
  const count = 200_000;
  const { tree } = await showCopy(page, host, 'large', (folder) => {
    const large = join(folder, 'large');
    mkdirSync(large);
    const entry = (i: number) => `"layers.${i}.w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`;
    const json = Buffer.from(`{${Array.from({ length: count }, (_, i) => entry(i)).join(',')}}`);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(join(large, 'large.safetensors'), Buffer.concat([length, json]));
  });
  await page.getByRole('row', { name: /large\.safetensors/ }).click();
  await expect(page.getByText('200,000 rows')).toBeVisible({ timeout: 20_000 });
  await tree.focus();
  await page.keyboard.press('End');
  await expect(tree.getByRole('treeitem', { name: 'layers.199999.w' })).toBeVisible();
  await page.keyboard.press('Home');
  await expect(tree.getByRole('treeitem', { name: 'layers.0.w' })).toBeVisible();
  await tree.evaluate((one) => one.scrollTo(0, one.scrollHeight / 2));
  await expect(tree.getByRole('treeitem', { name: /^layers\.100\d\d\d\.w/ }).first()).toBeVisible();
  // Only the rows in sight are in the page, whatever the header has.
  expect(await tree.getByRole('treeitem').count()).toBeLessThan(100);

  const search = page.getByRole('textbox', { name: 'Search the header' });
  await search.fill('LAYERS.12345');
  await expect(page.getByText('1 of 11')).toBeVisible();
  await expect(tree.getByRole('treeitem', { name: /^layers\.12345\.w/ })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await search.press('Enter');
  await expect(tree.getByRole('treeitem', { name: /^layers\.123450\.w/ })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await search.press('Shift+Enter');
  await search.press('Shift+Enter');
  await expect(page.getByText('11 of 11')).toBeVisible();
  // Quicker than the search that typing begins: the first hit, and on from there.
  await search.fill('layers.77.');
  await search.press('Enter');
  await expect(tree.getByRole('treeitem', { name: /^layers\.77\.w/ })).toHaveAttribute(
    'aria-selected',
    'true',
  );
  await search.fill('nowhere');
  await expect(page.getByText('not found')).toBeVisible();
});
