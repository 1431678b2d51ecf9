import type { ConfigurationInfo } from '../../../rest/answers/processes';
import { fileUri } from '../../../base/fileUri';
import { joinPath } from '../../../base/files';
import type { JobManagerSettings } from '../../settings';

/** What the runtime was started with, under the names of Flink's options. */
export function configurationOf(settings: JobManagerSettings): ConfigurationInfo {
  const options: Record<string, string | number | boolean> = {
    'execution.checkpointing.data-inline-threshold': `${settings.inlineThresholdBytes} bytes`,
    'execution.checkpointing.dir': fileUri(joinPath(settings.directory, 'checkpoints')),
    'execution.checkpointing.local-backup.enabled': settings.localRecovery,
    'execution.checkpointing.savepoint-dir': fileUri(joinPath(settings.directory, 'savepoints')),
    'execution.state-recovery.from-local': settings.localRecovery,
    'heartbeat.interval': ms(settings.heartbeatMs),
    'heartbeat.timeout': ms(settings.heartbeatTimeoutMs),
    'process.working-dir': settings.directory,
    'rest.address': 'localhost',
    'rest.bind-address': '127.0.0.1',
    'rest.flamegraph.enabled': false,
    'slot.request.timeout': ms(settings.slotTimeoutMs),
    'state.backend.type': 'hashmap',
    'task.cancellation.timeout': ms(settings.cancelTimeoutMs),
    'taskmanager.numberOfTaskSlots': settings.slotsPerTaskManager,
    'taskmanager.load-balance.mode': 'SLOTS',
    'web.submit.enable': false,
  };
  return Object.entries(options).map(([key, value]) => ({ key, value: String(value) }));
}

function ms(value: number): string {
  return `${value} ms`;
}
