import { t } from '../language/t.ts';
import { useDesktop } from '../parts/desktop.ts';
import { LinkButton } from '../parts/link-button.tsx';
import { useApp } from '../store/app-store.ts';
import { usePick } from './use-pick.ts';

/** Lets a person name the strategy: one way in a browser, a folder's and a file's dialog on the desktop. */
export function StrategyLinks({ label }: { readonly label: string }) {
  const pick = usePick();
  const name = useApp((state) => state.nameStrategy);
  const desktop = useDesktop();
  if (desktop === undefined) return <LinkButton onClick={() => pick('strategy', name)}>{label}…</LinkButton>;
  return (
    <>
      {label}:{' '}
      <LinkButton onClick={() => pick('strategy', name, { what: 'folder' })}>{t('a folder…')}</LinkButton>{' '}
      <LinkButton onClick={() => pick('strategy', name, { what: 'file' })}>{t('a file…')}</LinkButton>
    </>
  );
}
