import { api, type MethodName } from '../../shared/api.ts';
import { refuse } from '../../shared/errors.ts';
import type { Guard } from '../../shared/rpc/serve.ts';
import { isUnder, realPlace } from './roots.ts';

/** What a host lets its clients touch. `mayRead` and `mayWrite` get real paths. */
export interface Limits {
  readonly readOnly: boolean;
  mayRead(place: string): boolean;
  mayWrite(place: string): boolean;
  /** What to do about a refused path. */
  readonly advice: string;
}

/** Limits to folders, given by their real paths; none means no limit. */
export function rootLimits(roots: readonly string[], readOnly: boolean): Limits {
  const within = (place: string) => roots.length === 0 || roots.some((root) => isUnder(place, root));
  const advice = `Choose a path under ${roots.join(' or ')}, or start the server with another --root.`;
  return { readOnly, mayRead: within, mayWrite: within, advice };
}

/**
 * Holds every call to the limits, by what the method table says of its input: `changes` and `writes` are
 * refused on a read-only host, paths outside the limits on any (API_FORBIDDEN with the path). Whether a refused
 * path exists is not told.
 */
export function hostGuard(limits: Limits): Guard {
  return async (method, input) => {
    const { reads, writes, changes } = api[method] as {
      reads?: readonly string[];
      writes?: readonly string[];
      changes?: boolean;
    };
    const written = (writes ?? []).filter((field) => input[field] !== undefined);
    if (limits.readOnly && (changes || written.length > 0)) refuseChange(method);
    for (const field of reads ?? []) await check(fieldOf(input, field), limits.mayRead, limits);
    for (const field of written) await check(input[field], limits.mayWrite, limits);
  };
}

/** `a.path` is the field `path` in the field `a`. */
function fieldOf(input: unknown, field: string): unknown {
  let value = input;
  for (const name of field.split('.'))
    value =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return value;
}

async function check(path: unknown, may: (place: string) => boolean, limits: Limits): Promise<void> {
  if (typeof path !== 'string') return;
  const place = await realPlace(path);
  if (place === undefined || !may(place))
    refuse('API_FORBIDDEN', `${path} is outside what may be used here`, limits.advice, { file: path });
}

function refuseChange(method: MethodName): never {
  return refuse(
    'API_FORBIDDEN',
    `${method} is refused: this server is read-only`,
    'Start the server without --read-only to run jobs.',
  );
}
