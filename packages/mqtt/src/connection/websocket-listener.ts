import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** The names of MQTT in `Sec-WebSocket-Protocol`; a client without one of them is no MQTT client [MQTT-6.0.0-3]. */
const SUB_PROTOCOLS = ['mqtt', 'mqttv3.1'];

/** MQTT over WebSocket on a path of an HTTP server. @returns the function that takes no more of them. */
export function attachWebSocketListener(
  server: Server,
  options: { path: string; maxFrameBytes: number; onStream: (stream: Duplex, request: IncomingMessage) => void },
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxFrameBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => SUB_PROTOCOLS.find((name) => offered.has(name)) ?? false,
  });
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (pathOf(request) !== options.path) return;
    if (!offersMqtt(request)) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('message', (_data, isBinary) => {
        if (!isBinary) webSocket.close(1003); // [MQTT-6.0.0-1]
      });
      const stream = createWebSocketStream(webSocket);
      stream.on('error', () => undefined);
      options.onStream(stream, request);
    });
  };
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('upgrade', onUpgrade);
    sockets.close();
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

function offersMqtt(request: IncomingMessage): boolean {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return offered.some((name) => SUB_PROTOCOLS.includes(name));
}
