const SOURCE_LINES = 400;
const COMFORTABLE_LINES = 300;
const TEST_LINES = 800;
/** Of all sources, so many may be longer than is comfortable. */
const LONG_SHARE = 0.02;

const isTest = (path) => /\.test\.tsx?$|\/(test|e2e)\//.test(path);
const linesOf = (text) => text.trimEnd().split('\n').length;

/** Violations of the limits on file sizes. */
export function checkSizes(files) {
  const sized = files.map(({ path, text }) => ({ path, lines: linesOf(text), limit: isTest(path) ? TEST_LINES : SOURCE_LINES }));
  const sources = sized.filter(({ path }) => !isTest(path));
  const long = sources.filter(({ lines }) => lines > COMFORTABLE_LINES);
  const tooMany = long.length > Math.max(2, sources.length * LONG_SHARE);
  return [
    ...sized.filter(({ lines, limit }) => lines > limit).map(({ path, lines, limit }) => `${path} has ${lines} lines, more than ${limit}`),
    ...(tooMany ? [`${long.length} sources have more than ${COMFORTABLE_LINES} lines: ${long.map(({ path }) => path).join(', ')}`] : []),
  ];
}
