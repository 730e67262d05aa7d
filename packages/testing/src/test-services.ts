/** Where the run's MongoDB and Redis are; the launcher (`npm test`) started them. */
export function testServices(): { mongoUrl: string; redisUrl: string } {
  const { MAINSTAY_MONGO_URL: mongoUrl, MAINSTAY_REDIS_URL: redisUrl } = process.env;
  if (mongoUrl === undefined || redisUrl === undefined) {
    throw new Error('MAINSTAY_MONGO_URL and MAINSTAY_REDIS_URL are not set: run the tests with `npm test`');
  }
  return { mongoUrl, redisUrl };
}
