import { Button } from '@mantine/core';
import { canSalvage } from '../../shared/safetensors/faults.ts';
import { t } from '../language/t.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { useApp } from '../store/app-store.ts';

/** Why nothing, or nothing else, was opened; a damaged weight file can be looked at all the same. */
export function Refused() {
  const refused = useApp((state) => state.openFault);
  const dismiss = useApp((state) => state.dismissOpenFault);
  const look = useApp((state) => state.lookAtDamaged);
  if (refused === undefined) return null;
  const { fault } = refused;
  const { code, file } = fault;
  const ways = file !== undefined && /^(ST|CK)_/.test(code) && (
    <>
      <Button variant="default" onClick={() => void look(file)}>
        {t('Look at the file')}
      </Button>
      {canSalvage(fault) && (
        <Button variant="default" onClick={() => void look(file, 'salvage')}>
          {t('Write what is left')}…
        </Button>
      )}
    </>
  );
  return (
    <FaultNote fault={fault} onDismiss={dismiss} alert>
      {ways || undefined}
    </FaultNote>
  );
}
