import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The process's metrics. No label ever carries a tenant's own text: routes are named by their pattern. */
export interface Metrics {
  readonly registry: Registry;
  readonly observeRequest: (request: { area: string; method: string; status: number; seconds: number }) => void;
  /** A number that grows, by the values of one label. The values are ours, never a tenant's. */
  readonly counter: (name: string, help: string, label: string) => (value: string, amount?: number) => void;
  /** A number that is read when the metrics are. */
  readonly gauge: (name: string, help: string, read: () => number) => void;
}

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Makes the metrics of one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'mainstay_' });
  const requests = new Histogram({
    name: 'mainstay_http_request_seconds',
    help: 'Time to answer a request, by route and status',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: SECONDS_BUCKETS,
    registers: [registry],
  });
  /** Label objects are hashed per observation; children are looked up once per route. */
  const children = new Map<string, ReturnType<typeof requests.labels>>();
  return {
    registry,
    observeRequest({ area, method, status, seconds }) {
      const key = `${method} ${area} ${status}`;
      let child = children.get(key);
      if (child === undefined) {
        child = requests.labels(area, method, String(status));
        children.set(key, child);
      }
      child.observe(seconds);
    },
    counter(name, help, label) {
      const counter = new Counter({ name: `mainstay_${name}`, help, labelNames: [label], registers: [registry] });
      return (value, amount = 1) => counter.inc({ [label]: value }, amount);
    },
    gauge(name, help, read) {
      new Gauge({
        name: `mainstay_${name}`,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
  };
}
