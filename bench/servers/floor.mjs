// The floor: bare express and the MongoDB driver, majority writes, no schema, no rules; in the *-acl routes a session that is cached for ever
// and one more term in the filter. Nothing that does more can be expected to be faster, unless it talks to MongoDB in a better way.
import express from 'express';
import { MongoClient, ObjectId } from 'mongodb';

const client = await new MongoClient(process.env.MONGO_URL, { writeConcern: { w: 'majority' } }).connect();
const db = client.db('floor');
const documents = db.collection('documents');
const sessions = new Map();

const app = express();
app.use(express.json());

app.post('/documents', (request, response) => create(request, response, documents, {}));
app.get('/documents/:id', (request, response) => get(request, response, documents, {}));
app.get('/documents', (request, response) => query(request, response, documents, {}));

app.post('/batch', async (request, response) => {
  const now = new Date();
  const made = request.body.documents.map((fields) => ({ _id: new ObjectId().toHexString(), ...fields, createdAt: now, updatedAt: now }));
  await documents.insertMany(made, { ordered: false });
  response.status(201).json({ items: made.map(wire) });
});

const guarded = db.collection('guarded');
app.post('/guarded', signedIn, (request, response) =>
  create(request, response, guarded, { _rperm: [request.userId], _wperm: [request.userId] }),
);
app.get('/guarded/:id', signedIn, (request, response) => get(request, response, guarded, readableBy(request.userId)));
app.get('/guarded', signedIn, (request, response) => query(request, response, guarded, readableBy(request.userId)));

app.listen(Number(process.env.PORT), '127.0.0.1');

const readableBy = (userId) => ({ _rperm: { $in: [null, '*', userId] } });

async function signedIn(request, response, next) {
  const token = request.get('authorization')?.slice('Bearer '.length);
  if (!sessions.has(token)) sessions.set(token, db.collection('sessions').findOne({ _id: token }));
  const session = await sessions.get(token);
  if (!session) return response.status(401).json({ error: 'unauthenticated' });
  request.userId = session.user;
  next();
}

async function create(request, response, collection, permissions) {
  const now = new Date();
  const document = { _id: new ObjectId().toHexString(), ...request.body, createdAt: now, updatedAt: now, ...permissions };
  await collection.insertOne(document);
  response.status(201).json(wire(document));
}

async function get(request, response, collection, filter) {
  const document = await collection.findOne({ _id: request.params.id, ...filter });
  if (!document) return response.status(404).json({ error: 'not found' });
  response.json(wire(document));
}

async function query(request, response, collection, filter) {
  const found = await collection
    .find({ shelf: Number(request.query.shelf), ...filter })
    .limit(Number(request.query.limit))
    .toArray();
  response.json({ items: found.map(wire) });
}

function wire({ _id, _rperm, _wperm, ...fields }) {
  return { id: _id, ...fields };
}
