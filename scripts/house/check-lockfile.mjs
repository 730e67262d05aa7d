/**
 * Packages for other systems that the lockfile should list and does not. npm leaves out what the registry did not give it while it wrote the
 * lockfile, and `npm ci` then refuses to work anywhere.
 *
 * @returns {{ path: string, name: string, version: string, dev: boolean }[]} `path` is the place in the lockfile where the package belongs
 */
export function missingPackages(packages) {
  return Object.entries(packages).flatMap(([parent, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !isPresent({ packages, parent, name }))
      .map(([name, version]) => ({ path: `${prefixOf(parent)}node_modules/${name}`, name, version, dev: entry.dev === true })),
  );
}

/** One violation if packages are missing; they have one cure. */
export function checkLockfile(packages) {
  const missing = missingPackages(packages);
  if (missing.length === 0) return [];
  return [
    `package-lock.json lacks ${missing.length} packages for other systems, e.g. ${missing[0].name}: run node scripts/complete-lockfile.mjs`,
  ];
}

/** As Node resolves: in the parent's own node_modules, then in every one further up. */
function isPresent({ packages, parent, name }) {
  let place = parent;
  for (;;) {
    if (packages[`${place === '' ? '' : `${place}/`}node_modules/${name}`]) return true;
    if (place === '') return false;
    place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')));
  }
}

const prefixOf = (parent) => parent.slice(0, Math.max(0, parent.lastIndexOf('node_modules/')));
