import { shellText } from '../../../shared/table/shell.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { TextMenu } from '../../parts/text-menu.tsx';
import { useApp, useAppStore } from '../../store/app-store.ts';

/** Copies the selected tensors (all that the filter keeps, when none is), or saves all that it keeps. */
export function TensorsMenu() {
  const store = useAppStore();
  const selected = useApp((state) => state.selected.size);
  const matching = useApp((state) => state.rows.matching);
  const { selectionText, exportParts } = store.getState();
  const shell = () => {
    const { opened, ask, selected: names } = store.getState();
    return opened === undefined ? '' : shellText(opened, ask.filter, [...names]);
  };
  return (
    <TextMenu
      what={t('tensors')}
      name="tensors"
      label={
        selected > 0
          ? t('the {{number}} selected', { number: formatCount(selected) })
          : t('all {{number}} shown', { number: formatCount(matching) })
      }
      count={matching}
      text={(format) => selectionText(format)}
      more={[
        [t('As Python that loads them'), () => selectionText('python')],
        [t('As command lines'), shell],
      ]}
      parts={exportParts}
      fileLabel={t('Save a file of all {{number}} shown', { number: formatCount(matching) })}
    />
  );
}
