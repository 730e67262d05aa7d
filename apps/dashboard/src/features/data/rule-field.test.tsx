import { describe, expect, it } from '@jest/globals';
import { MantineProvider } from '@mantine/core';
import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { RuleField } from './rule-field.tsx';

function Form({ initial, onValue }: { initial: string; onValue: (json: string) => void }) {
  const [value, setValue] = useState(initial);
  const change = (json: string) => {
    setValue(json);
    onValue(json);
  };
  return (
    <MantineProvider>
      <RuleField operation="list" value={value} onChange={change} />
    </MantineProvider>
  );
}

describe('the rule field', () => {
  it('fills the JSON in when a preset is chosen, and names the preset that the JSON is', () => {
    const values: string[] = [];
    render(<Form initial="null" onValue={(json) => values.push(json)} />);
    const preset = screen.getByLabelText<HTMLSelectElement>('List rule');
    expect(preset.selectedOptions[0]?.textContent).toBe('Server only');
    fireEvent.change(preset, { target: { value: 'owner' } });
    expect(values).toEqual(['{"owner":{"$var":"user.id"}}']);
    const json = screen.getByLabelText<HTMLTextAreaElement>('List rule as JSON');
    fireEvent.change(json, { target: { value: 'true' } });
    expect(preset.selectedOptions[0]?.textContent).toBe('Everyone');
    fireEvent.change(json, { target: { value: '{"public":true}' } });
    expect(preset.selectedOptions[0]?.textContent).toBe('A condition of your own');
  });
});
