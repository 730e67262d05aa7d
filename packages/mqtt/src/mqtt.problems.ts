import { defineProblem } from '@mainstay/kernel';

export const topicForbidden = defineProblem<{ topic: string }>({
  code: 'topic_forbidden',
  status: 403,
  title: 'Topic not allowed',
  detail: ({ topic }) => `This client may not use the topic ${topic.slice(0, 200)}. See the topics of its device profile.`,
});

export const packetMalformed = defineProblem<{ reason: string }>({
  code: 'packet_malformed',
  status: 400,
  title: 'Malformed MQTT packet',
  detail: ({ reason }) => reason,
});

export const clientIdRefused = defineProblem<{ reason: string }>({
  code: 'client_id_refused',
  status: 422,
  title: 'Client identifier not accepted',
  detail: ({ reason }) => reason,
});
