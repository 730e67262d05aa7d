import type { ClientSession, MongoClient } from 'mongodb';
import { writing } from './write-errors.ts';

declare const inTransaction: unique symbol;
/** A transaction under way; only this package can look inside. */
export interface TransactionSession {
  readonly [inTransaction]: true;
}

/** The driver's session behind a transaction. */
export function clientSessionOf(session: TransactionSession): ClientSession {
  return session as unknown as ClientSession;
}

/** Runs `run` in a transaction, again from its start when the server asks for it: `run` must have no other effects. */
export async function transaction<T>(client: MongoClient, run: (session: TransactionSession) => Promise<T>): Promise<T> {
  return writing(() => client.withSession((session) => session.withTransaction(() => run(session as unknown as TransactionSession))));
}
