import * as vscode from 'vscode';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { JobSession } from '../../runtime/debugadapter/jobSession';
import { activeJobFile } from '../commands/runCommands';
import { debugType } from '../ids';
import type { Services } from '../services';

/** Registers the debug type: F5 on a job file launches it, else attaches to the job that runs. */
export function registerDebugType(services: Services): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
      async createDebugAdapterDescriptor() {
        const { JobSession } = await import('../../runtime/debugadapter/jobSession');
        return new vscode.DebugAdapterInlineImplementation(inline(new JobSession(() => services.runtime.ensure())));
      },
    }),
    vscode.debug.registerDebugConfigurationProvider(debugType, {
      resolveDebugConfiguration(_folder, configuration) {
        return Object.keys(configuration).includes('request')
          ? configuration
          : { ...configuration, ...withoutLaunchJson() };
      },
    }),
  );
}

/** The session as VS Code wants an adapter that lives in the extension. */
function inline(session: JobSession): vscode.DebugAdapter {
  const sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  session.onDidSendMessage((message) => sent.fire(message));
  const end = new vscode.Disposable(() => {
    session.dispose();
    sent.dispose();
  });
  return Object.assign(end, {
    onDidSendMessage: sent.event,
    handleMessage: (message: vscode.DebugProtocolMessage) =>
      session.handleMessage(message as DebugProtocol.ProtocolMessage),
  });
}

function withoutLaunchJson(): vscode.DebugConfiguration {
  const program = activeJobFile();
  return program === undefined
    ? { type: debugType, request: 'attach', name: 'Attach to Job' }
    : { type: debugType, request: 'launch', name: 'Debug Job', program };
}
