/** The first version of each package without the holes that are known; every copy in the tree must be at least that. */
const FLOORS = {
  'socket.io-parser': '4.2.7',
  'engine.io': '6.4.2',
  'path-to-regexp': '8.4.0',
  multer: '2.2.0',
  aedes: '1.2.0',
  'aedes-persistence': '11.0.0',
  mongoose: '9.9.2',
  jsonwebtoken: '9.0.0',
  passport: '0.6.0',
  ws: '8.17.1',
  qs: '6.14.1',
};

/** Packages that must not be in the tree at all. */
const ABSENT = ['lodash', 'vm2', 'csurf'];

/**
 * Violations of the version floors, in the `packages` of package-lock.json. It stands in for an audit over the network; packages that only
 * development uses count as well, since they run on developers' machines.
 */
export function checkVersions(packages) {
  return Object.entries(packages).flatMap(([path, { version, dev }]) => {
    const name = path.split('node_modules/').at(-1);
    if (!path.includes('node_modules/') || version === undefined) return [];
    if (ABSENT.includes(name) && !dev) return [`package-lock.json: ${name} must not be installed (${path})`];
    const floor = FLOORS[name];
    return floor && isBelow(version, floor) ? [`package-lock.json: ${name} ${version} is below ${floor} (${path})`] : [];
  });
}

function isBelow(version, floor) {
  const [have, need] = [version, floor].map((text) => text.split('-')[0].split('.').map(Number));
  const different = need.findIndex((number, index) => have[index] !== number);
  // A pre-release comes before its release.
  return different === -1 ? version.includes('-') && !floor.includes('-') : have[different] < need[different];
}
