import { t } from './t.ts';

/** A time in seconds as a person says it: "14 seconds", "about 2 minutes", "about 1 hour 20 minutes". */
export function formatDuration(seconds: number): string {
  if (seconds < 1) return t('less than a second');
  if (seconds < 59.5) return t('{{count}} seconds', { count: Math.round(seconds) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t('about {{count}} minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  // Past a few hours nobody plans by the minute, and estimates are not that good.
  if (hours >= 5) return t('about {{count}} hours', { count: Math.round(minutes / 60) });
  const rest = minutes % 60;
  const whole = t('about {{count}} hours', { count: hours });
  return rest === 0
    ? whole
    : t('{{hours}} {{minutes}}', { hours: whole, minutes: t('{{count}} minutes', { count: rest }) });
}
