import { readFileSync } from 'node:fs';
import { type Browser, type CDPSession, type Page, chromium as playwright } from 'playwright';
import { sandboxArguments } from '../../electron/cli/browser.ts';
import { chromium } from '../chromium.ts';
import { type HostProcess, startHostProcess } from '../host.ts';

/** Frames while something moved, in seconds. */
export interface Frames {
  readonly longest: number;
  /** 99 of 100 are not longer. */
  readonly p99: number;
  readonly count: number;
  /** Longest task of the page's main thread; below 50 ms they are not told, and it is 0. */
  readonly longestTask: number;
  /** Processor time of the page's main thread, of each frame: neighbours on the machine hardly change it. */
  readonly cpu: number;
}

/** A page of the app in Chromium, on a browser host of its own, and what can be measured of it. */
export class BenchPage {
  readonly page: Page;
  readonly #host: HostProcess;
  readonly #browser: Browser;
  readonly #debugger: CDPSession;

  private constructor(host: HostProcess, browser: Browser, page: Page, session: CDPSession) {
    this.#host = host;
    this.#browser = browser;
    this.page = page;
    this.#debugger = session;
  }

  /** Starts host and browser; opens nothing yet, so that opening can be measured. */
  static async start(path: string, state: string): Promise<BenchPage> {
    const host = await startHostProcess(path, state);
    const browser = await playwright.launch({ executablePath: await chromium(), args: sandboxArguments() });
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const session = await page.context().newCDPSession(page);
    // In processor time, not in time that passed.
    await session.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
    await session.send('Performance.enable');
    await page.addInitScript(watchDrawing);
    return new BenchPage(host, browser, page, session);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#host.stop();
  }

  /** Seconds from asking for a place in the app (`#/tensors`) until `usable` says so. */
  async open(place: string, usable: () => Promise<unknown>): Promise<number> {
    await this.page.goto('about:blank');
    return secondsOf(async () => {
      await this.page.goto(`${this.#host.url}${place}`, { waitUntil: 'commit' });
      await usable();
    });
  }

  /** Scrolls at the middle of an element as by a touchpad, at `speed` pixels a second. */
  async scroll(selector: string, x: number, y: number, speed: number): Promise<Frames> {
    const box = await this.page.locator(selector).boundingBox();
    if (!box) throw new Error(`${selector} is not in sight`);
    return this.framesWhile(() =>
      this.#debugger.send('Input.synthesizeScrollGesture', {
        x: Math.round(box.x + box.width / 2),
        y: Math.round(box.y + box.height / 2),
        xDistance: -x,
        yDistance: -y,
        speed,
        preventFling: true,
        gestureSourceType: 'mouse',
      }),
    );
  }

  /** Seconds from an act until the page last drew a picture before `done`. */
  async secondsUntilDrawn(act: () => Promise<unknown>, done: () => Promise<unknown>): Promise<number> {
    await this.page.evaluate(() => drawWatch.reset());
    await act();
    await done();
    const { pressed, drawn } = await this.page.evaluate(() => drawWatch.times());
    return ((drawn.at(-1) ?? Number.NaN) - (pressed[0] ?? Number.NaN)) / 1000;
  }

  /** Turns the wheel over an element; the frames, and seconds from each turn until a picture is drawn. */
  async wheel(selector: string, turns: number): Promise<{ frames: Frames; delays: number[] }> {
    const { page } = this;
    await page.locator(selector).hover();
    await page.evaluate(() => drawWatch.reset());
    const frames = await this.framesWhile(async () => {
      for (let turn = 0; turn < turns; turn++) {
        await page.mouse.wheel(0, -60);
        await page.waitForTimeout(100);
      }
    });
    const { pressed, drawn } = await page.evaluate(() => drawWatch.times());
    const delays = pressed.map((from) => ((drawn.find((at) => at >= from) ?? Number.NaN) - from) / 1000);
    return { frames, delays };
  }

  async framesWhile(act: () => Promise<unknown>): Promise<Frames> {
    await this.page.evaluate(watchFrames);
    const before = await this.#cpuSeconds();
    await act();
    const cpu = (await this.#cpuSeconds()) - before;
    const { frames, tasks } = await this.page.evaluate(() => {
      frameWatch.stop();
      return { frames: frameWatch.frames, tasks: frameWatch.tasks };
    });
    const sorted = frames.map((milliseconds) => milliseconds / 1000).sort((a, b) => a - b);
    return {
      longest: sorted.at(-1) ?? 0,
      p99: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0,
      count: sorted.length,
      longestTask: Math.max(0, ...tasks) / 1000,
      cpu: cpu / Math.max(1, sorted.length),
    };
  }

  async #cpuSeconds(): Promise<number> {
    const { metrics } = await this.#debugger.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  }

  /** Bytes of the page: of its heap after a collection, and of its process, where the system tells it (Linux). */
  async memory(): Promise<{ heap: number; resident: number | undefined }> {
    await this.#debugger.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.#debugger.send('Performance.getMetrics');
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
    const browser = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
    const resident = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => residentBytes(id))
      .reduce<number | undefined>(
        (most, one) => (one === undefined ? most : Math.max(most ?? 0, one)),
        undefined,
      );
    return { heap, resident };
  }
}

export async function secondsOf(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return (performance.now() - began) / 1000;
}

function residentBytes(pid: number): number | undefined {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}

declare const frameWatch: { readonly frames: number[]; readonly tasks: number[]; stop(): void };

/** Runs in the page: notes each frame and each long task from now on. Methods only: a bundler names functions. */
function watchFrames(): void {
  const watch = {
    frames: [] as number[],
    tasks: [] as number[],
    last: performance.now(),
    next: 0,
    observer: new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) watch.tasks.push(duration);
    }),
    frame(now: number) {
      if (now > watch.last) watch.frames.push(now - watch.last);
      watch.last = now;
      watch.next = requestAnimationFrame(watch.frame);
    },
    stop() {
      cancelAnimationFrame(watch.next);
      watch.observer.disconnect();
    },
  };
  watch.observer.observe({ type: 'longtask' });
  watch.next = requestAnimationFrame(watch.frame);
  Object.assign(globalThis, { frameWatch: watch });
}

declare const drawWatch: {
  reset(): void;
  /** When the pointer or the wheel was used, and when a picture was drawn; milliseconds. */
  times(): { readonly pressed: number[]; readonly drawn: number[] };
};

/** Runs in each page before its scripts: notes when a person acts, and when a canvas gets a picture. */
function watchDrawing(): void {
  const watch = {
    pressed: [] as number[],
    drawn: [] as number[],
    reset() {
      watch.pressed = [];
      watch.drawn = [];
    },
    times() {
      return { pressed: watch.pressed, drawn: watch.drawn };
    },
    act(event: Event) {
      watch.pressed.push(event.timeStamp);
    },
  };
  for (const type of ['pointerdown', 'wheel'])
    addEventListener(type, watch.act, { capture: true, passive: true });
  CanvasRenderingContext2D.prototype.drawImage = new Proxy(CanvasRenderingContext2D.prototype.drawImage, {
    apply(draw, context, picture) {
      watch.drawn.push(performance.now());
      return Reflect.apply(draw, context, picture);
    },
  });
  Object.assign(globalThis, { drawWatch: watch });
}
