import { type Fault, ShardscopeError } from '../shared/errors.ts';

/** For tests: the fault that `run` refuses with. Fails where nothing is refused, or something else is thrown. */
export function refusal(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (error instanceof ShardscopeError) return error.fault;
    throw error;
  }
  throw new Error('was accepted');
}
