import type { ProjectId } from '@mainstay/kernel';
import type { StoredDocument } from '../documents/document.ts';

/** One committed change of one document, or the news that history was lost (`resync`). */
export interface FeedEvent {
  readonly project: ProjectId;
  /** Counts the project's changes from 1 without gaps, in the order of their commits. */
  readonly sequence: number;
  readonly type: 'added' | 'changed' | 'removed' | 'resync';
  readonly collection: string;
  readonly id: string;
  /** The document after the change; null when it was removed, or when the event was too large and is only marked. */
  readonly document: StoredDocument | null;
  /** The document before the change; null when it was added or is not known. */
  readonly previous: StoredDocument | null;
  readonly at: Date;
  /** True when the change happened but its content was too large to carry: readers must read the document themselves. */
  readonly isSkipped: boolean;
}
