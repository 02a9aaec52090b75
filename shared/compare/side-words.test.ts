import { afterEach, expect, test } from 'vitest';
import { speakFrom } from '../text/t.ts';
import chineseWords from '../text/zh-CN.json' with { type: 'json' };
import { sideWords } from './side-words.ts';

afterEach(() => speakFrom());

/** Every form that the engine says, and what it is in Chinese. */
const SIDES = [
  ['rank 5', 'rank 5'],
  ['all ranks', '所有 rank'],
  ['step 20', 'step 20'],
  ['epoch 3, step 2', 'epoch 3、step 2'],
  ['save best', '保存点 best'],
  ['the save', '该保存点'],
  ['the save of this folder', '此文件夹的保存点'],
  ['the weights of step 10', 'step 10 的权重'],
  ['rank 5 of rank_5', 'rank_5 的 rank 5'],
  ['rank 0 of run #2/checkpoint', 'run #2/checkpoint 的 rank 0'],
  ['rank 12 of epoch 3, step 2', 'epoch 3、step 2 的 rank 12'],
  ['all ranks of the weights of step 10', 'step 10 的权重 的所有 rank'],
  // Names of folders and files.
  ['dp2_mp4', 'dp2_mp4'],
  ['rank_5', 'rank_5'],
  ['ranks of step 20', 'ranks of step 20'],
  ['step 20 of mine', 'step 20 of mine'],
  ['save two of them', 'save two of them'],
] as const;

test.each(SIDES)('%s', (english, chinese) => {
  expect(sideWords(english)).toBe(english);
  speakFrom(chineseWords);
  expect(sideWords(english)).toBe(chinese);
});
