/** Tells listeners, in the order in which they came. One that throws does not keep the others from hearing. */
export function createEmitter<Event>() {
  const listeners = new Set<(event: Event) => void>();
  return {
    emit(event: Event): void {
      for (const listener of Array.from(listeners)) {
        try {
          listener(event);
        } catch (error) {
          // Comes up where the app looks for errors that nobody catches.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
    /** @returns what ends it. */
    on(listener: (event: Event) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
export type Emitter<Event> = ReturnType<typeof createEmitter<Event>>;
