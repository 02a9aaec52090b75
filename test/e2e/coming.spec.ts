import { expect, test } from './support.ts';

/** View by its name in the left panel, and something that it shows once its data is there. */
const VIEWS = {
  Ranks: 'rank 7',
  Strategy: 'Device matrix',
  Redundancy: 'By parameter',
  'Training saves': 'Training can resume',
  Files: 'Everything the checkpoint is made of|Read for the checkpoint',
};

for (const [view, there] of Object.entries(VIEWS))
  test(`${view} says that its data is coming, as long as it is not there`, async ({ page }) => {
    let held: (() => void)[] | undefined;
    await page.routeWebSocket(/./, (socket) => {
      const host = socket.connectToServer();
      socket.onMessage((message) => host.send(message));
      host.onMessage((message) => {
        const answer = () => socket.send(message);
        if (held) held.push(answer);
        else answer();
      });
    });
    await page.reload();
    const link = page.getByRole('navigation', { name: 'Views' }).getByText(view, { exact: true });
    await expect(link).toBeVisible();
    await page.waitForLoadState('networkidle');

    held = [];
    await link.click();
    const main = page.getByRole('main');
    const coming = main.getByRole('status').filter({ hasText: /^Reading/ });
    await expect(coming.first()).toBeVisible();
    await expect(main).not.toContainText('none');

    const late = held;
    held = undefined;
    for (const answer of late) answer();
    await expect(coming).toHaveCount(0);
    await expect(main).toContainText(new RegExp(there));
  });
