import { type Fault, fault } from '../errors.ts';

/** What both ends of a connection know. */

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What both ends answer with when a call was cancelled. */
export function cancelled(): Fault {
  return fault('CANCELLED', 'cancelled', 'Start it again if that was not wanted.');
}
