import { compilePattern } from './automaton.ts';

/**
 * A test "the pattern occurs in the name", in time linear in the name. Throws a SyntaxError with a whole sentence
 * for people when the pattern cannot be used.
 */
export function namePattern(pattern: string, ignoreCase = false): (name: string) => boolean {
  try {
    return compilePattern(pattern, ignoreCase);
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(
      /^Invalid regular .*\/[a-z]*: /s,
      '',
    );
    throw new SyntaxError(`The regular expression /${pattern}/ cannot be used: ${why}.`);
  }
}
