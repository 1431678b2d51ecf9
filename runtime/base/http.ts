/** One HTTP request as the handlers see it; the host binds them to a socket. */
export interface HttpRequest {
  readonly method: string;
  /** Path without the query, still percent-encoded: ids may hold encoded slashes. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream ends when its iterator does; it is returned when the client goes away. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;
