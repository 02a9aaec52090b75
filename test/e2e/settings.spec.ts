import { expect, expectAccessible, test } from './support.ts';

test('the window speaks Chinese at once, in every view, and still does after a reload', async ({ page }) => {
  await page.keyboard.press('Control+,');
  const dialog = page.getByRole('dialog', { name: 'Settings' });
  await dialog.getByText('简体中文', { exact: true }).click();
  await expect(page.getByRole('dialog', { name: '设置' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page.keyboard.press('Escape');
  const views = page.getByRole('navigation', { name: '视图' });
  await views.getByText('训练保存点').click();
  await expect(
    page.getByRole('heading', { name: '最晚可由 step 20 断点续训，不能由 step 30：rank 3 没有它的文件。' }),
  ).toBeVisible();
  await views.getByText('切分策略').click();
  await expect(page.getByRole('heading', { name: '2 个阶段，每个 4 个 rank：dp 2 × mp 2' })).toBeVisible();
  await page.reload();
  await expect(views.getByText('张量')).toBeVisible();
  await views.getByText('问题').click();
  await expect(page.getByText('Rank 3 没有 step 30 的保存点').first()).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`high contrast in the ${colorScheme}: accessible, and text at least 7 to 1`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.keyboard.press('Control+,');
    await page.getByRole('dialog').getByText('High contrast', { exact: true }).click();
    await expect(page.locator('html')).toHaveAttribute('data-contrast', '');
    await expectAccessible(page, ['color-contrast-enhanced']);
    await page.keyboard.press('Escape');
    const views = page.getByRole('navigation', { name: 'Views' });
    for (const view of [
      'Summary',
      'Tensors',
      'Ranks',
      'Strategy',
      'Redundancy',
      'Training saves',
      'Problems',
    ]) {
      await views.getByText(view, { exact: true }).click();
      await expect(page.getByRole('region', { name: view, exact: true })).toBeVisible();
      await expectAccessible(page, ['color-contrast-enhanced']);
    }
  });

test('contrast that the system asks for is given', async ({ page }) => {
  await page.emulateMedia({ contrast: 'more' });
  await expect(page.locator('html')).toHaveAttribute('data-contrast', '');
});

test.describe('motion', () => {
  const moving = `[...document.querySelectorAll('*')].filter((one) => {
    const { transitionDuration, animationName } = getComputedStyle(one);
    return animationName !== 'none' || transitionDuration.split(', ').some((time) => parseFloat(time) > 0);
  }).map((one) => one.outerHTML.slice(0, 200))`;

  test('there is none when it is turned off', async ({ page }) => {
    await page.getByRole('navigation', { name: 'Views' }).getByText('Tensors').click();
    expect(await page.evaluate(moving)).not.toEqual([]);
    await page.keyboard.press('Control+,');
    await page.getByRole('dialog').getByText('None', { exact: true }).click();
    await expect(page.locator('html')).toHaveAttribute('data-still', '');
    // The dialog itself still came in with a fade.
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await page.keyboard.press('Control+,');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await page.evaluate(moving)).toEqual([]);
  });

  test('nor when the system asks for less', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect(page.locator('html')).toHaveAttribute('data-still', '');
    expect(await page.evaluate(moving)).toEqual([]);
  });
});
