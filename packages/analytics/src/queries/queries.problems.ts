import { defineProblem } from '@mainstay/kernel';

export const dimensionUnknown = defineProblem<{ declared: readonly string[] }>({
  code: 'dimension_unknown',
  status: 422,
  title: 'Unknown dimension',
  detail: ({ declared }) =>
    `Events are divided by ${declared.join(', ')}. Others have to be declared in the settings before events come in.`,
});

export const timeZoneUnknown = defineProblem({
  code: 'time_zone_unknown',
  status: 422,
  title: 'Unknown time zone',
  detail: () => 'Use an IANA name, for example Europe/Berlin.',
});

export const rangeInvalid = defineProblem<{ reason: string }>({
  code: 'range_invalid',
  status: 422,
  title: 'Invalid range',
  detail: ({ reason }) => reason,
});

export const measureNotDivisible = defineProblem({
  code: 'measure_not_divisible',
  status: 422,
  title: 'Unique people are counted by UTC days',
  detail: () => 'Unique counts do not add up: ask for them by day, week or month, in UTC, without a breakdown.',
});
