import * as v from 'valibot';
import type { HoldId } from '../../runtime/base/ids';
import type { FromRecoveryPage } from '../../webview/messages';

const holdSchema = v.custom<HoldId>((input) => typeof input === 'string', 'is not a hold');

/** What a recovery page may say; anything else is refused. */
export const fromRecoveryPageSchema: v.GenericSchema<unknown, FromRecoveryPage> = v.variant('m', [
  v.object({ m: v.literal('ready') }),
  v.object({
    m: v.literal('resume'),
    how: v.picklist(['next', 'into', 'out', 'go']),
    hold: v.exactOptional(holdSchema),
  }),
  v.object({ m: v.literal('holdNext'), hold: v.boolean() }),
]);
