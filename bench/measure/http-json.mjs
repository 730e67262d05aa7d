/**
 * One JSON request outside the measurement: for setting up, seeding and checking.
 *
 * @returns {Promise<{ status: number, body: any }>}
 * @throws when the status is not one of `expect`, with the answer's text
 */
export async function httpJson(url, { method = 'GET', headers = {}, body, expect = [200, 201, 204] } = {}) {
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  if (!expect.includes(response.status)) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 500)}`);
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

/** Whether something answers at this URL, whatever it says. */
export async function answers(url) {
  return (await fetch(url, { signal: AbortSignal.timeout(2000) })).status < 500;
}
