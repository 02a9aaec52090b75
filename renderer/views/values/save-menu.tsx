import { Button, Menu } from '@mantine/core';
import { type RefObject, useState } from 'react';
import { t } from '../../language/t.ts';
import { download } from '../../parts/download.ts';
import { useApp } from '../../store/app-store.ts';
import { useWorkspace } from '../../store/workspace.ts';
import { fileName, pngOf, pngOfCanvas, svgOfCanvas, svgText } from './download.ts';
import { SaveDialog } from './save-dialog.tsx';
import type { Part } from './use-part.ts';

interface SaveMenuProps {
  readonly name: string;
  readonly part: Part;
  readonly heatmap: RefObject<HTMLCanvasElement | null>;
  readonly histogram: RefObject<SVGSVGElement | null>;
}

/** Values into a file of the machine that has the checkpoint; what is drawn into one of this machine. */
export function SaveMenu({ name, part, heatmap, histogram }: SaveMenuProps) {
  const tab = useApp((state) => state.valuesPlace.tab);
  const readOnly = useWorkspace((state) => state.info?.readOnly ?? false);
  const [format, setFormat] = useState<'npy' | 'csv'>();
  const saveDrawing = async (ending: 'png' | 'svg') => {
    const canvas = heatmap.current;
    const drawing = histogram.current;
    const svg = (text: string) => new Blob([text], { type: 'image/svg+xml' });
    if (tab === 'heatmap' && canvas)
      download(
        ending === 'png' ? await pngOfCanvas(canvas) : svg(svgOfCanvas(canvas)),
        fileName(`${name}_heatmap`, ending),
      );
    if (tab === 'statistics' && drawing)
      download(
        ending === 'png' ? await pngOf(drawing) : svg(svgText(drawing)),
        fileName(`${name}_histogram`, ending),
      );
  };
  const drawn = tab === 'heatmap' ? t('Heatmap') : t('Histogram');
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">{t('Save')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={readOnly} onClick={() => setFormat('npy')}>
            {t('Values as .npy (NumPy)')}
          </Menu.Item>
          <Menu.Item disabled={readOnly} onClick={() => setFormat('csv')}>
            {t('Values as .csv')}
          </Menu.Item>
          {tab !== 'grid' && (
            <>
              <Menu.Divider />
              <Menu.Item onClick={() => void saveDrawing('png')}>
                {t('{{drawn}} as PNG', { drawn })}
              </Menu.Item>
              <Menu.Item onClick={() => void saveDrawing('svg')}>
                {t('{{drawn}} as SVG', { drawn })}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <SaveDialog name={name} part={part} format={format} onClose={() => setFormat(undefined)} />
    </>
  );
}
