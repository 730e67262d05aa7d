import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './design/design.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './shell/app.tsx';
import { createQueryClient } from './shell/query-client.ts';
import { createConsoleRouter } from './shell/router.tsx';

const host = document.getElementById('root');
if (host === null) throw new Error('The page has no place for the console.');
const client = createQueryClient();
createRoot(host).render(
  <StrictMode>
    <App client={client} router={createConsoleRouter(client)} />
  </StrictMode>,
);
