/** Names by what tells them; the first that fits counts, as most browsers claim to be others as well. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\/|\bHeadlessChrome\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^node\b/, 'Node.js'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

const nameIn = (names: typeof PROGRAMS, userAgent: string): string | undefined => names.find(([sign]) => sign.test(userAgent))?.[1];

/** What a `User-Agent` header says, for people: "Firefox on Windows". What nobody knows stays as it is. */
export function describeClient(userAgent: string): string {
  if (userAgent === '') return 'Unknown client';
  const program = nameIn(PROGRAMS, userAgent);
  if (program === undefined) return userAgent;
  const system = nameIn(SYSTEMS, userAgent);
  return system === undefined ? program : `${program} on ${system}`;
}
