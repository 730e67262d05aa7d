import { MongoClient } from 'mongodb';

const PER_INSERT = 5000;

/** Opens a database for the seed and closes it again. */
export async function withMongo(url, database, use) {
  const client = await new MongoClient(url).connect();
  try {
    return await use(client.db(database));
  } finally {
    await client.close();
  }
}

/** Inserts `count` documents that `document(n)` makes. */
export async function fillCollection(collection, count, document) {
  for (let start = 0; start < count; start += PER_INSERT) {
    const length = Math.min(PER_INSERT, count - start);
    await collection.insertMany(
      Array.from({ length }, (_, i) => document(start + i)),
      { ordered: false },
    );
  }
}
