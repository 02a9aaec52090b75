import desktop from '../../../shared/text/zh-CN.json';
import commands from './commands.json';
import compare from './compare.json';
import conversion from './conversion.json';
import detail from './detail.json';
import faults from './faults.json';
import files from './files.json';
import frame from './frame.json';
import jobs from './jobs.json';
import loading from './loading.json';
import parts from './parts.json';
import problems from './problems.json';
import ranks from './ranks.json';
import redundancy from './redundancy.json';
import saves from './saves.json';
import settings from './settings.json';
import shared from './shared.json';
import start from './start.json';
import strategy from './strategy.json';
import summary from './summary.json';
import table from './table.json';
import tabs from './tabs.json';
import tensors from './tensors.json';
import values from './values.json';

/**
 * Sentence to Chinese, in a file for each folder of the renderer; what several of them say is in one of them only, and
 * what the desktop's menu and dialogs say is in `shared/`, for the main process.
 * One form for every number, so a sentence that counts ends in `_other`.
 *
 * | checkpoint 检查点 | weights 权重 | tensor 张量 | parameter 参数 | rank rank | stage 流水线阶段 |
 * | strategy 切分策略 | layout 切分方式 | slice 切片 | replica, copy 副本 | redundancy 冗余 | remove redundancy 去冗余 |
 * | device matrix 设备矩阵 | tensor map 张量映射 | save 保存点 | step step | resume 断点续训 | optimizer state 优化器状态 |
 * | merge 合并 | slice 切分 | reshard 重切分 | convert 转换 | rename 重命名 | verify 校验 | compare 比较 |
 */
export const chinese: Readonly<Record<string, string>> = {
  ...commands,
  ...compare,
  ...conversion,
  ...desktop,
  ...detail,
  ...faults,
  ...files,
  ...frame,
  ...jobs,
  ...loading,
  ...parts,
  ...problems,
  ...ranks,
  ...redundancy,
  ...saves,
  ...settings,
  ...shared,
  ...start,
  ...strategy,
  ...summary,
  ...table,
  ...tabs,
  ...tensors,
  ...values,
};
