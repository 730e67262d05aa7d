/** What a new device needs to be heard, ready to paste. */
export function deviceSnippets({ deviceId, token, projectId }: { deviceId: string; token: string; projectId: string }) {
  const { hostname, origin } = window.location;
  const host = hostname === 'localhost' ? '127.0.0.1' : hostname;
  const reading = '{"temperature":21.5}';
  return {
    mosquitto: `mosquitto_pub -h ${host} -p 1883 -q 1 \\\n  -u '${token}' \\\n  -t 'v1/devices/me/telemetry' \\\n  -m '${reading}'`,
    curl: `curl -X POST '${origin}/p/${projectId}/v1/devices/${deviceId}/telemetry' \\\n  -H 'Authorization: Bearer ${token}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${reading}'`,
    javascript: `import mqtt from 'mqtt';\n\nconst client = mqtt.connect('${origin.replace(/^http/, 'ws')}/mqtt', { username: '${token}' });\nclient.publish('v1/devices/me/telemetry', JSON.stringify({ temperature: 21.5 }), { qos: 1 });`,
  };
}
