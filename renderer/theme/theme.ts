import {
  ActionIcon,
  Button,
  Checkbox,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  defaultVariantColorsResolver,
  InputWrapper,
  type MantineThemeOverride,
  Menu,
  Modal,
  NumberInput,
  Popover,
  SegmentedControl,
  Select,
  TagsInput,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { t } from '../language/t.ts';
import css from './mantine.module.css';

/** One accent: shade 7 is the light scheme's, shade 4 the dark scheme's (see `tokens.css`). */
const teal = [
  '#e9f4f1',
  '#cfe6e1',
  '#a9d3cb',
  '#82c4b7',
  '#5bb8a8',
  '#459c8e',
  '#358177',
  '#2b6a63',
  '#235851',
  '#1b4641',
] as const;

function only(name: string): string {
  return css[name] ?? '';
}

/** Mantine as the app wants it; `still`: nothing moves or fades, whatever the system says. */
export function themeFor(still: boolean): MantineThemeOverride {
  const fade = { duration: still ? 0 : 60 };
  return createTheme({
    primaryColor: 'teal',
    primaryShade: { light: 7, dark: 4 },
    colors: { teal },
    autoContrast: true,
    respectReducedMotion: true,
    defaultRadius: 5,
    cursorType: 'pointer',
    focusRing: 'auto',
    fontFamily:
      'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", "Liberation Sans", sans-serif',
    fontFamilyMonospace: 'var(--mono)',
    fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '18px' },
    lineHeights: { xs: '1.4', sm: '1.45', md: '1.45', lg: '1.4', xl: '1.3' },
    headings: { fontWeight: '650' },
    variantColorResolver(input) {
      const colours = defaultVariantColorsResolver(input);
      // White on the dark scheme's light teal would be 2.4:1.
      return input.variant === 'filled' ? { ...colours, color: 'var(--on-accent)' } : colours;
    },
    components: {
      Button: Button.extend({ defaultProps: { size: 'xs' }, classNames: { root: only('button') } }),
      ActionIcon: ActionIcon.extend({
        defaultProps: { variant: 'subtle', color: 'gray', size: 26 },
        classNames: { root: only('icon') },
      }),
      Modal: Modal.extend({
        defaultProps: {
          yOffset: '8dvh',
          transitionProps: { duration: still ? 0 : 90, transition: 'fade' },
          overlayProps: { backgroundOpacity: 0.45 },
          closeButtonProps: { 'aria-label': t('Close') },
        },
        classNames: { content: only('floating'), title: only('modalTitle'), header: only('modalHeader') },
      }),
      Drawer: Drawer.extend({
        defaultProps: {
          transitionProps: { duration: still ? 0 : 150 },
          closeButtonProps: { 'aria-label': t('Close') },
        },
      }),
      Menu: Menu.extend({
        defaultProps: {
          shadow: 'none',
          transitionProps: fade,
          position: 'bottom-start',
          // An element that takes the focus is no child of a menu (axe: aria-required-children); the first item does.
          withInitialFocusPlaceholder: false,
        },
        classNames: { dropdown: only('floating'), item: only('menuItem'), label: only('menuLabel') },
      }),
      Popover: Popover.extend({
        defaultProps: { shadow: 'none', transitionProps: fade },
        classNames: { dropdown: only('floating') },
      }),
      Tooltip: Tooltip.extend({
        defaultProps: { openDelay: 400, transitionProps: fade, multiline: true, maw: 420 },
        classNames: { tooltip: only('tooltip') },
      }),
      TextInput: TextInput.extend({ defaultProps: { size: 'xs' }, classNames: { input: only('input') } }),
      NumberInput: NumberInput.extend({ defaultProps: { size: 'xs' }, classNames: { input: only('input') } }),
      TagsInput: TagsInput.extend({ defaultProps: { size: 'xs' }, classNames: { input: only('box') } }),
      Select: Select.extend({
        defaultProps: { size: 'xs' },
        classNames: { dropdown: only('floating'), input: only('input') },
      }),
      Checkbox: Checkbox.extend({
        defaultProps: { size: 'xs' },
        classNames: { label: only('checkboxLabel'), description: only('fieldHelp') },
      }),
      SegmentedControl: SegmentedControl.extend({
        defaultProps: { size: 'xs' },
        classNames: { root: only('segments'), label: only('segment') },
      }),
      InputWrapper: InputWrapper.extend({
        classNames: { label: only('fieldLabel'), description: only('fieldHelp') },
      }),
    },
  });
}

const shared = {
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-dimmed': 'var(--text-2)',
  '--mantine-color-placeholder': 'var(--text-3)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--surface-hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-error': 'var(--error-text)',
  '--mantine-color-anchor': 'var(--accent-text)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
  '--mantine-primary-color-contrast': 'var(--on-accent)',
  '--mantine-primary-color-light': 'var(--accent-soft)',
  '--mantine-primary-color-light-color': 'var(--accent-text)',
};

/** Mantine paints with the app's own tokens, so that both schemes are defined in one place. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
