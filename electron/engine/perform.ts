import { type Fault, ShardscopeError } from '../../shared/errors.ts';
import type { Handlers, Task } from './tasks.ts';

/** A worker's answer to a task. `error` is a bug's exception, kept whole for `--debug`. */
export type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: Fault }
  | { readonly ok: false; readonly error: unknown };

/** Does a task to its end. Never throws. */
export function perform<K extends Task['type']>(
  handlers: Partial<Handlers>,
  task: Extract<Task, { type: K }>,
): Reply {
  try {
    return { ok: true, value: handlers[task.type]?.(task) };
  } catch (error) {
    return error instanceof ShardscopeError ? { ok: false, fault: error.fault } : { ok: false, error };
  }
}
