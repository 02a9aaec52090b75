import { afterEach, beforeEach, expect, test } from 'vitest';
import { speak } from './t.ts';
import { translated } from './translated.ts';

beforeEach(() => speak('zh-CN'));
afterEach(() => speak('en'));

test('in English everything stays as the engine says it', () => {
  speak('en');
  expect(translated('There is no such job.')).toBe('There is no such job.');
});

test('a sentence is known by its words, whatever stands in its places', () => {
  expect(translated('There is no such job.')).toBe('没有这个任务。');
  expect(translated('/data/a b/c is no folder.')).toBe('/data/a b/c 不是文件夹。');
  expect(translated("1,155 tensors lie in two files, first 'model.wq'")).toBe(
    "1,155 个张量存在于两个文件中，首个为 'model.wq'",
  );
});

test('what a plan says before it is carried out', () => {
  expect(translated("2 tensors are not in the strategy and are left out: 'a' and 'b'.")).toBe(
    "2 个张量不在策略中，将被去除：'a' and 'b'。",
  );
  expect(translated("'scale' is neither in the strategy nor on rank 0 and is left out.")).toBe(
    "'scale' 既不在策略中，也不在 rank 0 上，将被去除。",
  );
});

test('faults of the engine, with paths, sizes and names in them', () => {
  for (const [english, chinese] of [
    [
      '/out needs 3.2 GiB (3,435,973,837 bytes and 1 % to spare), and its volume has 1 GiB (1,073,741,824 bytes) free.',
      '/out 需要 3.2 GiB（3,435,973,837 字节，另留 1 % 余量），而所在磁盘仅剩 1 GiB（1,073,741,824 字节）。',
    ],
    [
      '/out/a b.ckpt cannot be written: the disk is full. Writing stopped at byte 12.',
      '无法写入 /out/a b.ckpt：磁盘已满。写入在第 12 字节处停止。',
    ],
    ["tensor 'wq' has no shape", "张量 'wq' 缺少 shape"],
    ['the file is a zip archive', '文件是 zip 压缩包'],
    [
      "the layout of 'wq' cannot be used: tensor map [1, 1] uses axis 1 twice",
      "'wq' 的切分方式无法使用：tensor map [1, 1] 两次使用轴 1",
    ],
  ] as const)
    expect(translated(english)).toBe(chinese);
});

test('what stands in its places is put into words too', () => {
  expect(
    translated('Training can resume from step 20 at the latest, not from step 30: rank 3 has no file of it.'),
  ).toBe('最晚可由 step 20 断点续训，不能由 step 30：rank 3 没有它的文件。');
  expect(
    translated(
      'Rank 1 holds all 3,584 rows and columns 4736–9471, because the tensor map [-1, 0] cuts dimension 1 along axis mp of the device matrix [dp 2, mp 4].',
    ),
  ).toBe(
    'Rank 1 持有全部 3,584 行、列 4736–9471，因为张量映射 [-1, 0] 按设备矩阵 [dp 2, mp 4] 切分第 1 维（沿轴 mp）。',
  );
});

test('several ranks, and a fault as a whole sentence', () => {
  expect(translated('Ranks 0 and 4 hold all 192 rows and columns 0–47')).toBe(
    'rank 0 和 4 持有全部 192 行、列 0–47',
  );
  expect(translated('The file is plain text.')).toBe('文件是 纯文本。');
  expect(
    translated(
      "The file is 2000 bytes, its header needs 16088: 14088 bytes missing; the first tensor cut short is 'model.embed_tokens.weight'.",
    ),
  ).toBe(
    "文件为 2,000 字节，其文件头要求 16088：缺少 14,088 字节；首个被截断的张量是 'model.embed_tokens.weight'。",
  );
});

test('a sentence that is not known is never said by half', () => {
  const text = 'The file is of a kind that nobody has heard of.';
  expect(translated(text)).toBe(text);
});

test('lists and several sentences part by part', () => {
  expect(translated('dp 2 × mp 4')).toBe('dp 2 × mp 4');
  expect(translated('dp 2 × mp 2, 2 stages')).toBe('dp 2 × mp 2、2 个阶段');
  expect(translated('rows cut in 4 along mp, copies along dp')).toBe('行沿 mp 切成 4 份，沿 dp 为副本');
  expect(translated('Choose a folder. Name the weights.')).toBe('请选择文件夹。请指定权重。');
});

test('what is not known stays English, names and paths most of all', () => {
  for (const text of ['model.layers.0.attention.wq.weight', '/data/rows and columns', 'No such sentence.'])
    expect(translated(text)).toBe(text);
});
