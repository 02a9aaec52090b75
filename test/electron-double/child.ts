import Module, { createRequire } from 'node:module';
import { makeElectron } from './electron.ts';
import { Link } from './link.ts';

/**
 * The process that takes the place of Electron's main process: plain Node, in which `require('electron')` gives
 * the double, running the real bundle. Arguments: the bundle, then those of the app.
 */
const [bundle = '', ...args] = process.argv.slice(2);
const link = new Link(process);
const electron = makeElectron(link);

const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
const load = loader._load.bind(loader);
loader._load = (request, ...rest) => (request === 'electron' ? electron : load(request, ...rest));

process.on('disconnect', () => process.exit(0));
process.argv = ['electron', bundle, ...args];
createRequire(import.meta.url)(bundle);
