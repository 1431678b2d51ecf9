import * as http from 'node:http';
import type { Fetch } from '../rest/client';

/**
 * `fetch` over node:http for the command line: loading Node's own fetch costs about 40 ms of CPU time, which is felt in a command
 * that lives for 200 ms. Connections are kept while the process has something else to wait for.
 */
export const httpFetch: Fetch = async (url, { method, headers, body, signal }) => {
  const secure = url.startsWith('https:') ? await import('node:https') : undefined;
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
      ...(signal === undefined ? {} : { signal }),
    };
    const sent = secure === undefined ? http.request(url, { ...options, agent }) : secure.request(url, options);
    sent.once('error', reject);
    sent.once('response', (response) =>
      resolve({ status: response.statusCode ?? 0, text: () => textOf(response), body: response }),
    );
    sent.end(body);
  });
};

const agent = new http.Agent({ keepAlive: true });

async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
