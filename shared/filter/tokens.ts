/** One term of a filter as written: `!dtype:bf16` is key `dtype`, value `bf16`, negated. */
export interface Token {
  readonly type: 'text' | 'regex' | 'key';
  readonly negated: boolean;
  /** Key before the colon, in lower case; '' for text and regex. */
  readonly key: string;
  readonly value: string;
  /** Flags behind a regex. */
  readonly flags: string;
}

/**
 * Splits a filter into its terms. Spaces separate terms, but not inside `"…"`, `/…/` or the brackets of a
 * shape; `""` inside quotes is one quote. What cannot be read becomes a sentence in `errors`.
 */
export function tokenize(filter: string): { tokens: Token[]; errors: string[] } {
  const tokens: Token[] = [];
  const errors: string[] = [];
  // Sticky expressions without nested repeats: linear in the filter, whose length the contract bounds.
  const space = /\s+/y;
  const regex = /\/((?:[^\\/[]|\\.|\[(?:[^\\\]]|\\.)*\])+)\/([a-z]*)(?=\s|$)/y;
  const quoted = /"((?:[^"]|"")*)"(?=\s|$)/y;
  const keyed = /([A-Za-z_]+):(?:"((?:[^"]|"")*)"|(\[[^\]]*\])|(\S*))(?=\s|$)/y;
  const word = /\S+/y;
  let at = 0;
  const take = (expression: RegExp) => {
    expression.lastIndex = at;
    const found = expression.exec(filter);
    if (found) at = expression.lastIndex;
    return found;
  };
  while (at < filter.length) {
    if (take(space)) continue;
    const negated = filter[at] === '!';
    if (negated) at++;
    const push = (type: Token['type'], value: string, key = '', flags = '') =>
      tokens.push({ type, negated, key: key.toLowerCase(), value, flags });
    const rest = filter.slice(at);
    if (rest === '' || /^\s/.test(rest)) {
      errors.push('Behind ! comes what to leave out, as in !norm.');
    } else if (rest.startsWith('/')) {
      const found = take(regex);
      if (found) push('regex', found[1] ?? '', '', found[2] ?? '');
      else {
        errors.push(
          `The regular expression ${take(word)?.[0]} is not finished: it ends in a second /. Put a text with slashes in quotes.`,
        );
      }
    } else if (rest.startsWith('"')) {
      const found = take(quoted);
      if (found) push('text', unquote(found[1]));
      else {
        errors.push(`The quoted text ${take(word)?.[0]} is not finished: it ends in a second ".`);
      }
    } else {
      const found = take(keyed);
      if (found)
        push('key', found[2] === undefined ? (found[3] ?? found[4] ?? '') : unquote(found[2]), found[1]);
      else push('text', take(word)?.[0] ?? '');
    }
  }
  return { tokens, errors };
}

function unquote(text = ''): string {
  return text.replaceAll('""', '"');
}
