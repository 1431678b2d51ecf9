import type * as vscode from 'vscode';
import type { RemoteWorld } from './remoteClusters';

const addressesKey = 'clusters';
const tokenKey = (url: string): string => `cluster-token ${url}`;

/** Addresses are kept for all windows of the user, tokens in VS Code's store of secrets. */
export function hostedRemotes(context: vscode.ExtensionContext): RemoteWorld {
  return {
    nowMs: () => Date.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return { dispose: () => clearTimeout(timer) };
    },
    addresses: () => context.globalState.get<readonly string[]>(addressesKey, []),
    keepAddresses: async (urls) => context.globalState.update(addressesKey, urls),
    token: async (url) => context.secrets.get(tokenKey(url)),
    keepToken: async (url, token) =>
      token === undefined ? context.secrets.delete(tokenKey(url)) : context.secrets.store(tokenKey(url), token),
    async connect(url, token) {
      const { connectCluster } = await import('../../runtime/cluster/connect');
      return connectCluster({ url, ...(token === undefined ? {} : { token }), fetch });
    },
  };
}
