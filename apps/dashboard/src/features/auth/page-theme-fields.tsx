import { ColorInput, Input, NativeSelect, SegmentedControl, SimpleGrid, Slider, Stack, TextInput } from '@mantine/core';
import type { PageTheme } from '../../sign-in/page-shapes.ts';
import { contrastOf, textColorOn } from '../../sign-in/readable-color.ts';

export interface PageThemeFieldsProps {
  readonly theme: PageTheme;
  readonly projectName: string;
  readonly onChange: (part: Partial<PageTheme>) => void;
}

const COLOR = /^#[0-9a-f]{6}$/i;
const SCHEMES = [
  { value: 'auto', label: 'As the device' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** What can be chosen of the sign-in page. */
export function PageThemeFields({ theme, projectName, onChange }: PageThemeFieldsProps) {
  const text = (name: 'name' | 'logoUrl' | 'termsUrl' | 'privacyUrl') => ({
    value: theme[name] ?? '',
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) => onChange({ [name]: currentTarget.value.trim() || null }),
  });
  return (
    <Stack gap="sm">
      <TextInput label="Name of the app" placeholder={projectName} maxLength={60} {...text('name')} />
      <TextInput label="Logo" description="An https address; shown at most 48 pixels high." placeholder="https://" {...text('logoUrl')} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <ColorInput
          label="Colour"
          description={contrastText(theme.color)}
          format="hex"
          eyeDropperButtonProps={{ 'aria-label': 'Pick from the screen' }}
          value={theme.color}
          onChange={(color) => COLOR.test(color) && onChange({ color })}
        />
        <ColorInput
          label="Background"
          description="Empty: a light or dark grey."
          format="hex"
          eyeDropperButtonProps={{ 'aria-label': 'Pick from the screen' }}
          value={theme.background ?? ''}
          onChange={(background) => (background === '' || COLOR.test(background)) && onChange({ background: background || null })}
        />
      </SimpleGrid>
      <div>
        <Input.Label labelElement="div">Corners: {theme.radius} px</Input.Label>
        <Slider
          thumbLabel="Radius of corners in pixels"
          min={0}
          max={24}
          label={null}
          value={theme.radius}
          onChange={(radius) => onChange({ radius })}
        />
      </div>
      <div>
        <Input.Label labelElement="div">Light or dark</Input.Label>
        <SegmentedControl
          aria-label="Light or dark"
          data={SCHEMES}
          value={theme.scheme}
          onChange={(scheme) => onChange({ scheme: scheme as PageTheme['scheme'] })}
        />
      </div>
      <NativeSelect
        label="A sign-up asks for"
        value={theme.signUpWith}
        data={[
          { value: 'email', label: 'an e-mail address' },
          { value: 'username', label: 'a user name' },
          { value: 'both', label: 'an e-mail address and a user name' },
        ]}
        onChange={({ currentTarget }) => onChange({ signUpWith: currentTarget.value as PageTheme['signUpWith'] })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label="Terms" placeholder="https://" {...text('termsUrl')} />
        <TextInput label="Privacy" placeholder="https://" {...text('privacyUrl')} />
      </SimpleGrid>
    </Stack>
  );
}

/** Every colour can be read: the page chooses what stands on it. This says how well. */
function contrastText(color: string): string {
  const on = textColorOn(color);
  return `${on === '#ffffff' ? 'White' : 'Black'} text on it: ${contrastOf(on, color).toFixed(1)} : 1`;
}
