import { type ESTree, parseSync, Visitor } from 'vite';

/** A place in a source. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export interface Sentences {
  /** Sentences handed to `t` or `<Trans>`: keys of the translations. */
  readonly keys: readonly Place[];
  /** Words that a person reads and that no translation can reach. */
  readonly bare: readonly Place[];
  /** Sentences of faults and problems: English data, translated where they are shown. */
  readonly faults: readonly Place[];
  /** Calls of `t` while the module loads: they keep the first language for ever. */
  readonly early: readonly Place[];
}

/** Attributes and properties whose text a person reads, or hears from a screen reader. */
const READ =
  /^(label|title|aria-?label|aria-?description|aria-?roledescription|aria-?valuetext|placeholder|description|nothingFound|alt|header|help|hint)$/i;

/** Attributes for the browser, whatever they look like. */
const NOT_READ = /^(className|classNames|id|style|key|transform|viewBox|d|type|role|href|rel)$/;

/** What makes a fault: its second and third argument are sentences. */
const FAULT = /^(fault|refuse|refuseFrame|refuseTensor|writeError)$/;

/** Code, message and advice in a table. */
const CODE = /^[A-Z]{2,3}_[A-Z_]+$/;

/** Constants that are the advice of many faults. */
const ADVICE = /^(ADVICE|CHECK_[A-Z]+|[A-Z]+_NEEDED)$/;

/** What a person could type: the same in every language. */
const EXAMPLES = [
  '/path/on/the/host',
  'adam_m., accu_grads.',
  'layers\\.(2|3)\\..*bias$',
  'layers\\.(\\d+)',
  'blocks.$1',
  'model.',
  'backbone.',
  'wq weight',
];

/** A colour for a style sheet. */
const STYLE = /^(linear-gradient|color-mix)\(/;

/** Methods whose argument is looked for, not shown. */
const ASKS = /^(includes|startsWith|endsWith|closest|matches|querySelector|getElementById|get|has)$/;

/** Names that are the same in every language. */
const NAMES =
  /\b(Shardscope|MindSpore|Hugging Face|Slurm|Kubernetes|NumPy|safetensors|GiB|MiB|NaN|Inf|IEC|JSON|[a-z_-]+\.(json|safetensors|ckpt|csv|npy)|English|Viridis|Magma|Cividis|Ctrl|Shift|Alt|Esc|Escape|Enter|Home|End|Page|Space|Backspace)\b/g;

type Node = ESTree.Node;

/** What one source of the renderer says, and how. */
export function sentencesOf(file: string, source: string): Sentences {
  const keys: Place[] = [];
  const bare: Place[] = [];
  const faults: Place[] = [];
  const early: Place[] = [];
  const translated = new Set<unknown>();
  let depth = 0;
  /** Start and end of the functions that make a fault's sentence, by their names. */
  const makers: (readonly [number, number])[] = [];
  const at = (node: Node, text: string): Place => ({
    file,
    line: source.slice(0, node.start).split('\n').length,
    text,
  });
  const enter = () => void depth++;
  const leave = () => void depth--;
  /** All texts that an expression can come to: both sides of a condition, the fixed parts of a template. */
  const check = (node: Node | null, looks: (text: string) => boolean) => {
    for (const text of textsOf(node)) {
      if (translated.has(text.node)) continue;
      translated.add(text.node);
      if (!EXAMPLES.includes(text.value) && !STYLE.test(text.value) && looks(text.value.replace(NAMES, '')))
        bare.push(at(text.node, text.value.trim()));
    }
  };

  const found = (node: Node) => {
    const parts = textsOf(node).filter((text) => !translated.has(text.node));
    for (const text of parts) translated.add(text.node);
    // Parts joined by + are one sentence, unless an unknown or a choice stands among them.
    const whole = node.type === 'BinaryExpression' && parts.length === 2;
    if (whole) faults.push(at(node, joined(parts.map((text) => text.pattern))));
    else for (const text of parts) faults.push(at(text.node, text.pattern));
  };

  const { program } = parseSync(file, source, { lang: file.endsWith('x') ? 'tsx' : 'ts' });
  new Visitor({
    FunctionDeclaration(node) {
      enter();
      if (/Sentence$/.test(node.id?.name ?? '')) makers.push([node.start, node.end]);
    },
    'FunctionDeclaration:exit': leave,
    FunctionExpression: enter,
    'FunctionExpression:exit': leave,
    ArrowFunctionExpression: enter,
    'ArrowFunctionExpression:exit': leave,
    CallExpression(node) {
      const { callee } = node;
      if (callee.type === 'MemberExpression' && callee.property.type === 'Identifier')
        if (ASKS.test(callee.property.name))
          for (const argument of node.arguments)
            for (const text of textsOf(argument)) translated.add(text.node);
      if (callee.type === 'MemberExpression' && callee.property.type === 'PrivateIdentifier')
        if (FAULT.test(callee.property.name)) for (const argument of node.arguments.slice(1)) found(argument);
      // What a plan says before and after it is carried out.
      if (callee.type === 'MemberExpression' && callee.object.type === 'Identifier')
        if (/^(warnings|facts|notes)$/.test(callee.object.name))
          for (const argument of node.arguments) found(argument);
      if (callee.type !== 'Identifier') return;
      if (callee.name === 'refuseLayout' && node.arguments[0]) found(node.arguments[0]);
      if (FAULT.test(callee.name)) for (const argument of node.arguments.slice(1)) found(argument);
      if (callee.name !== 't') return;
      const [sentence] = node.arguments;
      if (sentence === undefined) return;
      if (depth === 0) early.push(at(node, 't(…)'));
      for (const text of textsOf(sentence)) {
        translated.add(text.node);
        keys.push(at(text.node, text.value));
      }
    },
    ReturnStatement(node) {
      if (node.argument && makers.some(([start, end]) => start < node.start && node.end < end))
        found(node.argument);
    },
    ArrayExpression({ elements: [code, ...words] }) {
      if (code?.type !== 'Literal' || typeof code.value !== 'string' || !CODE.test(code.value)) return;
      for (const word of words) if (word) found(word.type === 'ArrowFunctionExpression' ? word.body : word);
    },
    VariableDeclarator({ id, init }) {
      // What a foreign file is, known by its first bytes: [start, what it is, advice].
      if (id.type === 'Identifier' && id.name === 'SIGNATURES' && init?.type === 'ArrayExpression')
        for (const row of init.elements)
          if (row?.type === 'ArrayExpression')
            for (const word of row.elements.slice(1)) if (word) found(word);
      if (init === null || id.type !== 'Identifier' || !ADVICE.test(id.name)) return;
      const value = init.type === 'TSAsExpression' ? init.expression : init;
      if (value.type !== 'ObjectExpression') found(value);
      else for (const property of value.properties) if (property.type === 'Property') found(property.value);
    },
    JSXAttribute(node) {
      const name = String(node.name.name);
      const { value } = node;
      if (name === 'i18nKey') {
        for (const text of textsOf(value)) {
          translated.add(text.node);
          keys.push(at(text.node, text.value));
        }
      } else if (READ.test(name)) check(value, hasWord);
      else
        for (const text of textsOf(value))
          if (NOT_READ.test(name) || !isSentence(text.value)) translated.add(text.node);
    },
    JSXText(node) {
      if (hasWord(node.value.replace(NAMES, ''))) bare.push(at(node, node.value.trim().replace(/\s+/g, ' ')));
    },
    JSXExpressionContainer(node) {
      if (!translated.has(node.expression)) check(node.expression, hasWord);
    },
    Property(node) {
      if (node.key.type === 'Identifier' && /^(message|advice)$/.test(node.key.name)) found(node.value);
      if (file.startsWith('shared/') && node.key.type === 'Identifier' && node.key.name === 'what')
        found(node.value);
      // The heading of a column is its name too, in addresses and copies: it is put into words where it is shown.
      // Without a large letter it is of copies alone, which programs read.
      if (node.key.type === 'Identifier' && node.key.name === 'heading')
        for (const text of textsOf(node.value)) {
          translated.add(text.node);
          if (/^[A-Z]/.test(text.value)) keys.push(at(text.node, text.value));
        }
      if (node.key.type === 'Identifier' && READ.test(node.key.name)) check(node.value, hasWord);
    },
    NewExpression(node) {
      // An error of the program itself: a mistake in the code, which no person is to see.
      for (const argument of node.arguments) for (const text of textsOf(argument)) translated.add(text.node);
    },
    BinaryExpression(node) {
      // What is compared with is a value of the program.
      if (node.operator !== '+')
        for (const side of [node.left, node.right])
          for (const text of textsOf(side)) translated.add(text.node);
    },
    SwitchCase(node) {
      for (const text of textsOf(node.test)) translated.add(text.node);
    },
    TSLiteralType(node) {
      translated.add(node.literal);
    },
    Literal(node) {
      if (typeof node.value === 'string') check(node, isSentence);
    },
    TemplateLiteral(node) {
      check(node, isSentence);
    },
  }).visit(program);
  return { keys, bare, faults, early };
}

/** Anything that is read as a word. */
function hasWord(text: string): boolean {
  return /[A-Za-z]{2,}/.test(text);
}

/**
 * Two words side by side, a word beside a value, one word that begins large: no name, class or address looks like
 * this.
 */
function isSentence(text: string): boolean {
  return (
    /(^|[\s(“])[A-Za-z’]{2,},? [A-Za-z’]{2,}([\s,.:;)…”]|$)/.test(text) ||
    /(^|\s)[a-z]{2,} …|…,? [a-z]{2,}([\s,.:;]|$)/.test(text) ||
    /^[A-Z][a-z]{2,}[.…]?$/.test(text)
  );
}

interface Text {
  readonly node: Node;
  /** With … for each value. */
  readonly value: string;
  /** With {{0}}, {{1}}, … for the values. */
  readonly pattern: string;
}

function textsOf(node: Node | null): Text[] {
  switch (node?.type) {
    case 'Literal':
      return typeof node.value === 'string' ? [{ node, value: node.value, pattern: node.value }] : [];
    case 'TemplateLiteral':
      return [templateText(node)];
    case 'JSXExpressionContainer':
    case 'ParenthesizedExpression':
    case 'TSAsExpression':
      return textsOf(node.expression);
    case 'ConditionalExpression':
      return [...textsOf(node.consequent), ...textsOf(node.alternate)];
    case 'LogicalExpression':
      return [...textsOf(node.left), ...textsOf(node.right)];
    case 'BinaryExpression':
      return node.operator === '+' ? [...textsOf(node.left), ...textsOf(node.right)] : [];
    default:
      return [];
  }
}

function templateText(node: ESTree.TemplateLiteral): Text {
  const fixed = node.quasis.map(({ value }) => value.cooked ?? '');
  return {
    node,
    value: fixed.join('…'),
    pattern: fixed.map((part, i) => (i === 0 ? part : `{{${i - 1}}}${part}`)).join(''),
  };
}

/** One pattern of several, their places numbered on. */
function joined(patterns: readonly string[]): string {
  let places = 0;
  return patterns.join('').replace(/\{\{\d+\}\}/g, () => `{{${places++}}}`);
}
