import { Agent, request, type IncomingMessage } from 'node:http';
import type { Fetch } from '../rest/client';

/**
 * `fetch` over node:http for the command line: loading Node's own fetch costs about 40 ms of CPU time, which is felt in a command
 * that lives for 200 ms. Connections are kept while the process has something else to wait for.
 */
export const httpFetch: Fetch = (url, { method, headers, body, signal }) =>
  new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      agent,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
      ...(signal === undefined ? {} : { signal }),
    });
    sent.once('error', reject);
    sent.once('response', (response) =>
      resolve({ status: response.statusCode ?? 0, text: () => textOf(response), body: response }),
    );
    sent.end(body);
  });

const agent = new Agent({ keepAlive: true });

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
