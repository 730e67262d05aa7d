import { defineProblem } from '@mainstay/kernel';

export const channelDenied = defineProblem<{ action: 'join' | 'send' }>({
  code: 'channel_denied',
  status: 403,
  title: 'Not allowed in this channel',
  detail: ({ action }) => `The channel rules of the project do not let you ${action === 'join' ? 'come in' : 'send'} here.`,
});

export const notInChannel = defineProblem({
  code: 'not_in_channel',
  status: 409,
  title: 'Not in this channel',
  detail: () => 'Join the channel first.',
});

export const tooManyChannels = defineProblem<{ allowed: number }>({
  code: 'too_many_channels',
  status: 429,
  title: 'Too many channels',
  detail: ({ allowed }) => `One socket may be in ${allowed} channels. Leave one first.`,
});

export const channelFull = defineProblem<{ allowed: number }>({
  code: 'channel_full',
  status: 429,
  title: 'Channel full',
  detail: ({ allowed }) => `A channel has at most ${allowed} members. Join with isListening.`,
});

export const channelMessageTooLarge = defineProblem<{ allowed: number }>({
  code: 'channel_message_too_large',
  status: 413,
  title: 'Message too large',
  detail: ({ allowed }) => `This may have ${allowed} bytes as JSON. Store what is larger and send its id.`,
});
