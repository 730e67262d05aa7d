/** How many of the last deliveries one connection remembers. */
const RING_SIZE = 1_024;

/**
 * Remembers which messages a connection was sent lately, so that overlapping subscriptions deliver once.
 * It replaces aedes's own check, which drops a QoS 1 message that a QoS 0 message has overtaken (moscajs/aedes#994).
 */
export class DeliveryRing {
  readonly #seen = new Set<string>();

  /** Whether this is the first time; remembers it. */
  isNew(brokerId: string, counter: number): boolean {
    const key = `${counter} ${brokerId}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    if (this.#seen.size > RING_SIZE) {
      const oldest = this.#seen.values().next();
      if (!oldest.done) this.#seen.delete(oldest.value);
    }
    return true;
  }
}

/** Switches aedes's own check off: every counter is newer than nothing. */
export const noDuplicates: Record<string, number> = new Proxy<Record<string, number>>(Object.create(null) as Record<string, number>, {
  get: () => 0,
  set: () => true,
  deleteProperty: () => true,
});
