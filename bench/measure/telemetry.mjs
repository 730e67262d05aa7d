/** What a publisher sends: the ThingsBoard topic that ours stores, and 100 bytes of JSON with three keys. */
export const TOPIC = 'v1/devices/me/telemetry';

const BYTES = 100;

export function telemetryPayload(n) {
  const values = { temperature: 15 + (n % 200) / 10, humidity: 30 + (n % 500) / 10, note: '' };
  values.note = 'x'.repeat(BYTES - JSON.stringify(values).length);
  return JSON.stringify(values);
}
