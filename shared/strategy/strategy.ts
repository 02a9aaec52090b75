/**
 * A strategy: for each parameter, how its tensor is laid out over the devices of a pipeline stage. Read from
 * MindSpore's `ParallelStrategyMap` (protobuf or JSON). The field names are MindSpore's, in camel case.
 */

/** How one parameter is cut. What it means for a rank is computed in `layout/layout.ts`. */
export interface Layout {
  /** Devices of one stage as a matrix, row-major; the product is the stage's number of devices. */
  readonly deviceMatrix: readonly number[];
  /**
   * One entry per tensor dimension: the device axes that cut it, the first listed varying slowest. Axes are
   * MindSpore's, counted from the last axis of the device matrix; `[-1]` (or an empty list) is not cut.
   */
  readonly tensorMap: readonly (readonly number[])[];
  /** Optimizer sharding: step and size, 0 when off; size -1 means all replicas. */
  readonly optShardStep: number;
  readonly optShardSize: number;
  /**
   * Empty or 0 but for two cases. An embedding that was split unevenly by hand has all three: shown, not supported by
   * jobs. A strategy that was written for inference has the shape of a rank's slice in the first (`statedShape`).
   */
  readonly paramSplitShape: readonly number[];
  readonly indicesOffset: readonly number[];
  readonly field: number;
}

/** Cutting of one operator, kept so that merged files carry it on as MindSpore's do. */
export interface StrategyItem {
  readonly node: string;
  readonly stage: number;
  readonly strategies: readonly (readonly number[])[];
}

/** One strategy file: of a single stage, or merged over all stages. */
export interface StrategyFile {
  /** `current_stage` as written in the file. */
  readonly currentStage: number;
  readonly items: readonly StrategyItem[];
  /** Parameter name (with its `{stage}-` prefix where the file is merged) → layout, in file order. */
  readonly layouts: ReadonlyMap<string, Layout>;
}

/** Layouts of all pipeline stages: what the planner works with, whatever files it came from. */
export interface Strategy {
  /** `stages[s]` = parameter → layout of stage s. Stages are 0…n-1 without gaps. */
  readonly stages: readonly ReadonlyMap<string, Layout>[];
  /** Product of the device matrix: devices (ranks) of one stage. The same in every layout. */
  readonly devicesPerStage: number;
}
