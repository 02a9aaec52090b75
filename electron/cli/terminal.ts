/** Options that every command takes. */
export interface TerminalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  /** false with `--no-color`. */
  readonly color?: boolean;
}

const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;
export type Style = keyof typeof STYLES;

/** Where a command writes: data on stdout, words for people on stderr. */
export class Terminal {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
  private readonly color: boolean;

  constructor(options: TerminalOptions) {
    this.json = options.json ?? false;
    this.quiet = options.quiet ?? false;
    this.debug = options.debug ?? false;
    // https://no-color.org: set and not empty, whatever the value.
    this.color = options.color !== false && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  }

  /** Data of a command, for people and pipes. */
  print(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  /** The one document that `--json` promises. */
  document(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** A remark for people; silent with `--quiet`. */
  note(text: string): void {
    if (!this.quiet) process.stderr.write(`${text}\n`);
  }

  /** The error line, which `--quiet` does not silence. */
  error(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  style(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
    return this.color && stream.isTTY ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
  }
}
