import { defineProblem } from '@mainstay/kernel';

export const deviceRuleNotFound = defineProblem<{ id: string }>({
  code: 'device_rule_not_found',
  status: 404,
  title: 'Device rule not found',
  detail: ({ id }) => `There is no device rule ${id.slice(0, 64)}.`,
});

export const deviceRuleNameTaken = defineProblem<{ name: string }>({
  code: 'device_rule_name_taken',
  status: 409,
  title: 'Device rule name taken',
  detail: ({ name }) => `Another device rule is called ${name}. Choose another name.`,
});

export const deviceRuleConditionInvalid = defineProblem({
  code: 'device_rule_condition_invalid',
  status: 422,
  title: 'Condition not understood',
  detail: () => 'The condition cannot be used. See errors for the place.',
});
