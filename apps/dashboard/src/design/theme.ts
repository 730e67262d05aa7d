import { Badge, createTheme, Drawer, Modal, Tooltip } from '@mantine/core';
import type { MantineColorsTuple } from '@mantine/core';

const deep: MantineColorsTuple = [
  '#e8f7fa',
  '#d6edf2',
  '#abdbe5',
  '#7cc8d7',
  '#57b7cc',
  '#3fadc5',
  '#2197b0',
  '#0b7285',
  '#096475',
  '#035464',
];

/** The library's red, with a shade for buttons that white words can be read on. */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#ff6b6b',
  '#fa5252',
  '#c92a2a',
  '#b02525',
  '#8f1d1d',
];

/** The look of the console: one sea-green accent, system fonts, contrast that passes in both schemes. */
export const theme = createTheme({
  colors: { deep, red },
  primaryColor: 'deep',
  primaryShade: 7,
  autoContrast: true,
  luminanceThreshold: 0.35,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.45rem', lineHeight: '1.25' }, h2: { fontSize: '1.1rem' }, h3: { fontSize: '1rem' } },
  },
  cursorType: 'pointer',
  components: {
    Badge: Badge.extend({ defaultProps: { tt: 'none', fw: 550 } }),
    Modal: Modal.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, centered: true, overlayProps: { backgroundOpacity: 0.45 } },
    }),
    Drawer: Drawer.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, position: 'right', overlayProps: { backgroundOpacity: 0.35 } },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: false } } }),
  },
});
