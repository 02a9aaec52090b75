import type { JsonValue } from '../../../shared/values/json-values.ts';
import type { Refined } from '../../../shared/values/refinement.ts';
import { type FindValueTask, type FoundInTiles, findInTiles } from './find-value.ts';
import { type PoolCellsTask, type PooledCells, poolCells } from './pool-cells.ts';
import { type ReadValuesTask, readValues } from './read-values.ts';
import {
  type CountedPart,
  type CountValuesTask,
  countValues,
  type RefineValuesTask,
  refineValues,
} from './stats-tasks.ts';
import { type WriteValuesTask, writeValues } from './write-values.ts';

/** What worker threads do with a tensor's values. */
export type ValuesTask =
  | ReadValuesTask
  | CountValuesTask
  | RefineValuesTask
  | PoolCellsTask
  | FindValueTask
  | WriteValuesTask;

export interface ValuesResults {
  'read-values': readonly JsonValue[];
  'count-values': CountedPart;
  'refine-values': Refined;
  'pool-cells': PooledCells;
  'find-value': FoundInTiles;
  'write-values': number;
}

export const valuesHandlers = {
  'read-values': readValues,
  'count-values': countValues,
  'refine-values': refineValues,
  'pool-cells': poolCells,
  'find-value': findInTiles,
  'write-values': writeValues,
};
