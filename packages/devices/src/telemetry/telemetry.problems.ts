import { defineProblem } from '@mainstay/kernel';

export const telemetryInvalid = defineProblem({
  code: 'telemetry_invalid',
  status: 422,
  title: 'Telemetry not understood',
  detail: () =>
    'Send {"temperature": 21.5}, {"ts": 1700000000000, "values": {"temperature": 21.5}} or a list of either. See errors for each place.',
});
