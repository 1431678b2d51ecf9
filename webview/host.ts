/** VS Code's side of a page: messages, and a small state that survives a reload of the page. */
interface VSCodeApi<Message, State> {
  postMessage(message: Message): void;
  getState(): State | undefined;
  setState(state: State): void;
}

declare function acquireVsCodeApi<Message, State>(): VSCodeApi<Message, State>;

/** May be called once in a page. */
export function connect<FromPage, State>(receive: (message: never) => void): VSCodeApi<FromPage, State> {
  const api = acquireVsCodeApi<FromPage, State>();
  window.addEventListener('message', (event: MessageEvent) => receive(event.data as never));
  return api;
}
