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
      <RuleField operation="list" value={value} view={undefined} onChange={change} />
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
    fireEvent.change(screen.getByLabelText('List rule as CEL'), { target: { value: 'owner == user.id' } });
    expect(values.at(-1)).toBe('"owner == user.id"');
    fireEvent.change(screen.getByLabelText('List rule as CEL'), { target: { value: '' } });
    expect(values.at(-1)).toBe('null');
  });

  it('shows the other form of a rule, what it means, and its faults where they are', () => {
    const view = {
      cel: 'owner == user.id',
      json: { owner: { $var: 'user.id' } },
      sentence: "owner is the signed-in user's id",
      issues: [],
    };
    const nothing = () => undefined;
    const { rerender } = render(
      <MantineProvider>
        <RuleField operation="get" value='"owner == user.id"' view={view} onChange={nothing} />
      </MantineProvider>,
    );
    expect(screen.getByLabelText<HTMLTextAreaElement>('Get rule as JSON').value).toBe('{"owner":{"$var":"user.id"}}');
    expect(screen.getByLabelText<HTMLSelectElement>('Get rule').selectedOptions[0]?.textContent).toBe('Only the owner');
    expect(screen.getByText("Allowed when owner is the signed-in user's id.")).toBeTruthy();
    const issue = { code: 'unknown_field', message: 'There is no field ownr.', path: '', place: { start: 0, end: 4 } };
    rerender(
      <MantineProvider>
        <RuleField
          operation="get"
          value='"ownr == user.id"'
          view={{ cel: null, json: null, sentence: '', issues: [issue] }}
          onChange={nothing}
        />
      </MantineProvider>,
    );
    expect(screen.getByRole('alert').textContent).toContain('There is no field ownr.');
    expect(screen.getByRole('alert').querySelector('mark')?.textContent).toBe('ownr');
  });
});
