import { defineProblem } from '@mainstay/kernel';

export const deviceNotFound = defineProblem<{ id: string }>({
  code: 'device_not_found',
  status: 404,
  title: 'Device not found',
  detail: ({ id }) => `There is no device ${id.slice(0, 64)}, or you may not see it.`,
});

export const deviceNameTaken = defineProblem<{ name: string }>({
  code: 'device_name_taken',
  status: 409,
  title: 'Device name taken',
  detail: ({ name }) => `Another device of this project is called ${name}. Choose another name.`,
});
