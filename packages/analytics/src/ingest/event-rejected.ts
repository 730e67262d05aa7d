/** One event is not taken; the others of its request are. */
export class EventRejected extends Error {
  readonly code: string;
  /** Where in the event, dotted. */
  readonly field: string;

  constructor(code: string, field: string, message: string) {
    super(message);
    this.name = 'EventRejected';
    this.code = code;
    this.field = field;
  }
}
