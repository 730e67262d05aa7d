import { needsRehash, rehashPassword } from '@mainstay/passwords';
import type { KindStore } from '@mainstay/store';
import type { UserRow } from './users.model.ts';

/** Hashes a password, which was just shown, as we do where its hash came from elsewhere; unless it changed meanwhile. */
export async function modernisePassword(rows: KindStore<UserRow>, { id, passwordHash }: UserRow, password: string): Promise<void> {
  if (passwordHash === null || !needsRehash(passwordHash)) return;
  await rows.update({ id, passwordHash }, { $set: { passwordHash: await rehashPassword(password) } });
}
