// Makes the replica set and its administrator once. Runs beside mongo-1, so the localhost exception lets it in.
const members = ['mongo-1', 'mongo-2', 'mongo-3'].map((host, _id) => ({ _id, host: `${host}:27017` }));
const password = process.env.MONGO_ROOT_PASSWORD;
try {
  rs.initiate({ _id: 'rs0', members });
} catch (error) {
  if (error.codeName !== 'AlreadyInitialized' && error.codeName !== 'Unauthorized') throw error;
}
while (!db.hello().isWritablePrimary && !db.hello().primary) sleep(200);
const admin = db.hello().isWritablePrimary ? db.getSiblingDB('admin') : connect(`mongodb://${db.hello().primary}/admin`);
try {
  admin.createUser({ user: 'root', pwd: password, roles: ['root'] });
} catch (error) {
  // A second run meets the user that the first one made, and may not even look.
  if (error.codeName !== 'Unauthorized' && error.code !== 51003) throw error;
}
