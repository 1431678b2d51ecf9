/** The part of the event-stream format of HTML that `/debug/v1/events` uses: `id:` and one `data:` line an event, comments in between. */

const encoder = new TextEncoder();

/** A comment line: nothing for the reader, but the connection is seen to live. */
export const keepAlive = encoder.encode(':\n\n');

export function serverSentEvent(seq: number, data: unknown): Uint8Array {
  return encoder.encode(`id: ${seq}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** The `data` of each event of a stream, whatever pieces its bytes come in. */
export async function* readServerSentEvents(bytes: AsyncIterable<Uint8Array>): AsyncIterableIterator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    rest += decoder.decode(chunk, { stream: true });
    let end = rest.indexOf('\n\n');
    while (end >= 0) {
      for (const line of rest.slice(0, end).split('\n')) if (line.startsWith('data: ')) yield line.slice(6);
      rest = rest.slice(end + 2);
      end = rest.indexOf('\n\n');
    }
  }
}
