/** A page of the project and the keys that lead to it: `g`, then the letter. */
export interface Place {
  readonly label: string;
  readonly path: '' | 'data' | 'users' | 'files' | 'push' | 'mail' | 'devices' | 'analytics' | 'api' | 'settings';
  readonly key: string;
}

/** The pages of a project in the order of the navigation, with their chords. */
export const PLACES_BY_CHORD: readonly Place[] = [
  { label: 'Overview', path: '', key: 'o' },
  { label: 'Data', path: 'data', key: 'd' },
  { label: 'Users', path: 'users', key: 'u' },
  { label: 'Files', path: 'files', key: 'f' },
  { label: 'Push', path: 'push', key: 'p' },
  { label: 'Mail', path: 'mail', key: 'm' },
  { label: 'Devices', path: 'devices', key: 'v' },
  { label: 'Analytics', path: 'analytics', key: 'a' },
  { label: 'API', path: 'api', key: 'i' },
  { label: 'Settings', path: 'settings', key: 's' },
];

const CHORD_MS = 1_200;

/** Whether a key belongs to what has the focus, not to the page. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    /^(input|textarea|select)$/i.test(target.tagName) ||
    target.closest('[role="grid"],[role="dialog"]') !== null
  );
}

/** Listens for `g` and a letter, and for `?`. Returns the function that stops listening. */
export function listenForChords(onPlace: (place: Place) => void, onHelp: () => void): () => void {
  let startedAt = 0;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === '?') return onHelp();
    if (event.key === 'g') {
      startedAt = event.timeStamp;
      return;
    }
    const isChord = event.timeStamp - startedAt < CHORD_MS;
    startedAt = 0;
    const place = isChord ? PLACES_BY_CHORD.find(({ key }) => key === event.key) : undefined;
    if (place === undefined) return;
    event.preventDefault();
    onPlace(place);
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}
