import { defineProblem } from '@mainstay/kernel';

export const tooManySubscriptions = defineProblem<{ allowed: number }>({
  code: 'too_many_subscriptions',
  status: 429,
  title: 'Too many subscriptions',
  detail: ({ allowed }) => `One socket may have ${allowed} subscriptions. End one, or subscribe with a wider condition.`,
});

export const tooManyMessages = defineProblem<{ perSecond: number }>({
  code: 'too_many_messages',
  status: 429,
  title: 'Too many messages',
  detail: ({ perSecond }) => `One socket may send ${perSecond} messages per second. Slow down.`,
});

export const unknownMessage = defineProblem({
  code: 'unknown_message',
  status: 400,
  title: 'Unknown message',
  detail: () => 'Send one of: subscribe, unsubscribe, watch, presence.join, presence.leave, presence.list, broadcast.',
});

export const subscriptionNotFound = defineProblem({
  code: 'subscription_not_found',
  status: 404,
  title: 'Subscription not found',
  detail: () => 'This socket has no such subscription; it may have ended.',
});
