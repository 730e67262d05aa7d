import type { LucideIcon } from 'lucide-react';
import { ArrowDownUp, CodeXml, ListTree, ScrollText, Settings2, Table2, Trash2 } from 'lucide-react';

/** A part of the page of a collection. */
export interface CollectionTab {
  readonly id: 'documents' | 'schema' | 'rules' | 'indexes' | 'transfer' | 'trash' | 'api';
  readonly label: string;
  readonly icon: LucideIcon;
}

export const COLLECTION_TABS: readonly CollectionTab[] = [
  { id: 'documents', label: 'Documents', icon: Table2 },
  { id: 'schema', label: 'Schema', icon: Settings2 },
  { id: 'rules', label: 'Rules', icon: ScrollText },
  { id: 'indexes', label: 'Indexes', icon: ListTree },
  { id: 'transfer', label: 'Import and export', icon: ArrowDownUp },
  { id: 'trash', label: 'Trash', icon: Trash2 },
  { id: 'api', label: 'API', icon: CodeXml },
];
