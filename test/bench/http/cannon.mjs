// A process of its own, so that making load takes nothing from the server: one autocannon run for each message.
import autocannon from 'autocannon';

process.on('message', async ({ url, method, connections, seconds, tokens }) => {
  let next = 0;
  const result = await autocannon({
    url,
    method,
    connections,
    duration: seconds,
    body: method === 'POST' ? '{}' : undefined,
    setupClient: (client) => client.setHeaders(headersFor(method, tokens[next++ % tokens.length])),
  });
  const { requests, latency, non2xx, errors, timeouts, duration } = result;
  process.send({
    calls: requests.total,
    seconds: duration,
    failed: non2xx + errors + timeouts,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
  });
});

function headersFor(method, token) {
  return {
    ...(method === 'POST' && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
}
