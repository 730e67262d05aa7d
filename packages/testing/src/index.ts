export type { TestAnswer, TestClient } from './test-client.ts';
export { createTestClient } from './test-client.ts';
export type { TestFrame } from './test-frame.ts';
export { aContext, aProject, createTestFrame } from './test-frame.ts';
export type { TestServer, TestServerOptions } from './test-server.ts';
export { startTestServer } from './test-server.ts';
export { testServices } from './test-services.ts';
export { until } from './until.ts';
