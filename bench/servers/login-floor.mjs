// The floor of a login: bare express and the same hash, with nothing stored, limited or noted.
import { hash, verify } from '@node-rs/argon2';
import express from 'express';

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const hashed = await hash('correct horse', COST);

const app = express();
app.use(express.json());
app.post('/login', async (request, response) => {
  const isRight = await verify(hashed, request.body.password);
  response.status(isRight ? 200 : 401).json({ isRight });
});
app.listen(Number(process.env.PORT), '127.0.0.1');
