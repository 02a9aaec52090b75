/** Origin of the page in the test's Chromium, which knows no `app:`. Nothing is there: every request is routed. */
export const PAGE_ORIGIN = 'https://shardscope.invalid';
export const APP_ORIGIN = 'app://shardscope';

/** Name of the binding that takes messages from the page to the main process. */
export const BINDING = '__electronSend';
/** Name of the function that takes messages from the main process to the page. */
export const DELIVER = '__electronDeliver';

/**
 * What Electron runs in a page before its own scripts: the real bundled preload with the modules that a
 * sandboxed preload has, and a bridge that copies values and wraps functions. It runs in the top frame only.
 */
export function pageScript(preload: string, droppable: Readonly<Record<string, string>>): string {
  return `(() => {
  const send = globalThis.${BINDING};
  delete globalThis.${BINDING};
  if (window !== window.top || location.origin !== ${JSON.stringify(PAGE_ORIGIN)}) return;
  const listeners = new Map();
  const of = (channel) => listeners.get(channel) ?? listeners.set(channel, new Set()).get(channel);
  Object.defineProperty(window, ${JSON.stringify(DELIVER)}, {
    value: (channel, args) => { for (const listener of [...of(channel)]) listener({ sender: ipcRenderer }, ...args); },
  });
  const ipcRenderer = {
    on: (channel, listener) => void of(channel).add(listener),
    off: (channel, listener) => void of(channel).delete(listener),
    send: (channel, ...args) => void send({ channel, args, invoke: false }),
    invoke: (channel, ...args) => send({ channel, args, invoke: true }),
  };
  const copy = (value) => {
    if (typeof value === 'function') return (...args) => copy(value(...args.map(copy)));
    if (value instanceof Promise) return value.then(copy);
    if (typeof value !== 'object' || value === null || value instanceof Blob || value instanceof Uint8Array) return value;
    if (Array.isArray(value)) return value.map(copy);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
  };
  const deepFreeze = (value) => { if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze); return value; };
  const electron = {
    ipcRenderer,
    contextBridge: {
      exposeInMainWorld: (key, api) => Object.defineProperty(window, key, { value: deepFreeze(copy(api)), enumerable: true }),
    },
    webUtils: { getPathForFile: (file) => (${JSON.stringify(droppable)})[file.name] ?? '' },
  };
  const require = (name) => {
    if (name === 'electron') return electron;
    throw new Error('a sandboxed preload cannot require ' + name);
  };
  const module = { exports: {} };
  ((require, module, exports, process) => {${preload}\n})(require, module, module.exports, { platform: 'linux' });
})();`;
}
