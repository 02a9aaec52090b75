import type { Dim } from '../checkpoint.ts';
import { DTYPE_NAMES, type Dtype } from '../dtype.ts';
import { type FaultCode, refuse } from '../errors.ts';
import { JsonScanner } from '../json/scanner.ts';
import { escapeText } from '../text/escape.ts';
import { ADVICE, quoted } from './faults.ts';
import { MAX_HEADER_LENGTH, METADATA_KEY, PREFIX_LENGTH } from './limits.ts';

/** One entry of the header as written: offsets in bytes from the start of the data. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
  readonly begin: number;
  readonly end: number;
}

/**
 * No file is 2^53 bytes (8 PiB) long, so a file with a larger offset is cut short whatever else it holds. Less
 * the header, so that every sum of the checks stays exact.
 */
const LAST_OFFSET = Number.MAX_SAFE_INTEGER - MAX_HEADER_LENGTH - PREFIX_LENGTH;
const U64_MAX = 2n ** 64n - 1n;

/** Gives each entry the same string object for its dtype, and tells unknown names apart without an object. */
const dtypes: ReadonlyMap<string, Dtype> = new Map(DTYPE_NAMES.map((name) => [name, name]));

/**
 * Reads the header's JSON: rules 4 to 7 of tensor.rs (UTF-8, JSON, structure), and names listed twice, which
 * the format's README forbids and the library lets pass. What the numbers mean together is not checked here.
 */
export class EntryReader {
  readonly entries: HeaderEntry[] = [];
  readonly metadata = new Map<string, string>();
  readonly notes: string[] = [];
  readonly #scanner: JsonScanner;
  readonly #names = new Set<string>();
  #hasMetadata = false;

  // Fields of the entry being read; its callbacks are made once, not once for each of 500,000 tensors.
  #name = '';
  #dtype: Dtype | undefined;
  #shape: Dim[] | undefined;
  #offsets: number[] | undefined;
  readonly #readField = (key: string): void => this.#field(key);
  readonly #readDim = (): void => {
    this.#shape?.push(this.#dim());
  };
  readonly #readOffset = (): void => {
    this.#offsets?.push(this.#offset());
  };

  constructor(json: Uint8Array) {
    this.#scanner = new JsonScanner(json);
    if (this.#scanner.type() !== 'object') this.#refuseType('the header', 'an object');
    this.#scanner.members((key) => {
      if (key === METADATA_KEY) this.#readMetadata();
      else this.#readEntry(key);
    });
    this.#scanner.end();
  }

  #readMetadata(): void {
    const scanner = this.#scanner;
    if (this.#hasMetadata)
      refuse('ST_DUPLICATE', `${METADATA_KEY} is given twice in the header`, ADVICE.writer, {
        expected: 'once',
        found: 'twice',
      });
    this.#hasMetadata = true;
    const type = scanner.type();
    if (type === 'null') {
      scanner.word('null');
      return;
    }
    if (type !== 'object') this.#refuseType(METADATA_KEY, 'an object');
    scanner.members((key) => {
      if (scanner.type() !== 'string') this.#refuseType(`${METADATA_KEY} key ${quoted(key)}`, 'a string');
      if (this.metadata.has(key))
        this.notes.push(`Metadata key ${quoted(key)} is given twice; the last value counts.`);
      this.metadata.set(key, scanner.string());
    });
  }

  #begin(name: string): void {
    this.#name = name;
    this.#dtype = undefined;
    this.#shape = undefined;
    this.#offsets = undefined;
  }

  #readEntry(name: string): void {
    this.#begin(name);
    if (this.#names.has(name))
      this.#refuseTensor(
        'ST_DUPLICATE',
        `tensor ${quoted(name)} is listed twice in the header`,
        'once',
        'twice',
      );
    this.#names.add(name);
    if (this.#scanner.type() !== 'object') this.#refuseType(`tensor ${quoted(name)}`, 'an object', name);
    this.#scanner.members(this.#readField);
    if (this.#dtype === undefined) this.#missing('dtype');
    if (this.#shape === undefined) this.#missing('shape');
    if (this.#offsets === undefined) this.#missing('data_offsets');
    const [begin = 0, end = 0] = this.#offsets;
    this.entries.push({ name, dtype: this.#dtype, shape: this.#shape, begin, end });
  }

  #field(key: string): void {
    const scanner = this.#scanner;
    switch (key) {
      case 'dtype':
        if (this.#dtype !== undefined) this.#twice(key);
        this.#dtype = this.#readDtype();
        return;
      case 'shape':
        if (this.#shape !== undefined) this.#twice(key);
        if (scanner.type() !== 'list') this.#wrong(key, 'a list of integers');
        this.#shape = [];
        scanner.items(this.#readDim);
        return;
      case 'data_offsets':
        if (this.#offsets !== undefined) this.#twice(key);
        if (scanner.type() !== 'list') this.#wrong(key, 'a list of two integers');
        this.#offsets = [];
        scanner.items(this.#readOffset);
        if (this.#offsets.length !== 2)
          this.#refuseTensor(
            'ST_STRUCTURE',
            `tensor ${quoted(this.#name)} has data_offsets of length ${this.#offsets.length}, not 2`,
            '2',
            String(this.#offsets.length),
          );
        return;
      default:
        // The library passes over fields it does not know.
        scanner.skip();
    }
  }

  #readDtype(): Dtype {
    if (this.#scanner.type() !== 'string') this.#wrong('dtype', 'a string', 'ST_DTYPE');
    const name = this.#scanner.string();
    return dtypes.get(name) ?? this.#unknownDtype(name);
  }

  #dim(): Dim {
    const value = this.#unsigned('shape');
    return typeof value === 'number' ? value : value.toString();
  }

  #offset(): number {
    const value = this.#unsigned('data_offsets');
    if (typeof value === 'number' && value <= LAST_OFFSET) return value;
    return this.#refuseTensor(
      'ST_OFFSETS',
      `tensor ${quoted(this.#name)} has data offset ${value}, which lies past the end of any file`,
      `at most ${LAST_OFFSET}`,
      String(value),
    );
  }

  /** serde reads integers as integers: 1.0, 1e0, -0, "1" and true are refused, and so is 2^64. */
  #unsigned(field: string): number | bigint {
    const value = this.#scanner.unsigned() ?? this.#wrong(field, 'unsigned integers only');
    if (typeof value === 'bigint' && value > U64_MAX)
      this.#refuseTensor(
        'ST_STRUCTURE',
        `tensor ${quoted(this.#name)} has ${value} in ${field}, above 2^64 - 1`,
        `at most ${U64_MAX}`,
        String(value),
      );
    return value;
  }

  #unknownDtype(name: string): never {
    return this.#refuseTensor(
      'ST_DTYPE',
      `tensor ${quoted(this.#name)} has dtype ${quoted(name)}, which is none of the ${DTYPE_NAMES.length} of the format`,
      DTYPE_NAMES.join(', '),
      escapeText(name),
      'If a newer safetensors library wrote the file, Shardscope does not know this dtype yet.',
    );
  }

  #missing(field: string): never {
    return this.#refuseTensor(
      'ST_STRUCTURE',
      `tensor ${quoted(this.#name)} has no ${field}`,
      field,
      'nothing',
    );
  }

  #twice(field: string): never {
    return this.#refuseTensor(
      'ST_DUPLICATE',
      `tensor ${quoted(this.#name)} has ${field} twice`,
      'once',
      'twice',
    );
  }

  #wrong(field: string, expected: string, code: FaultCode = 'ST_STRUCTURE'): never {
    const found = this.#found();
    return this.#refuseTensor(
      code,
      `tensor ${quoted(this.#name)} has ${found} in ${field}, expected ${expected}`,
      expected,
      found,
    );
  }

  /** What stands at the scanner's place, in words: "the string '[1]'", "the number -0", "a list". */
  #found(): string {
    const scanner = this.#scanner;
    const type = scanner.type();
    if (type === 'string') return `the string ${quoted(scanner.string())}`;
    if (type === 'number') {
      const token = escapeText(scanner.token());
      scanner.number();
      return `the number ${token}`;
    }
    return type === 'object' ? 'an object' : type === 'list' ? 'a list' : type;
  }

  #refuseType(what: string, expected: string, tensor?: string): never {
    const found = this.#found();
    return refuse('ST_STRUCTURE', `${what} is ${found}, not ${expected}`, ADVICE.writer, {
      tensor,
      expected,
      found,
    });
  }

  #refuseTensor(
    code: FaultCode,
    message: string,
    expected: string,
    found?: string,
    advice: string = ADVICE.writer,
  ): never {
    return refuse(code, message, advice, { tensor: this.#name, expected, found });
  }
}
