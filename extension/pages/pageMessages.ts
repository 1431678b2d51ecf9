import * as v from 'valibot';
import type { HoldId } from '../../runtime/base/ids';
import { recordedRecoverySchema } from '../../runtime/rest/recovery/recoveryFile';
import type { FromRecoveryPage, FromTimelinePage } from '../../webview/messages';

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
  v.object({ m: v.literal('whatIf') }),
  v.object({ m: v.literal('export'), recorded: recordedRecoverySchema }),
]);

/** An entry that was chosen in a timeline. */
export type Selected = Extract<FromTimelinePage, { m: 'select' }>;

/** What a timeline page may say. */
export const fromTimelinePageSchema: v.GenericSchema<unknown, FromTimelinePage> = v.variant('m', [
  v.object({ m: v.literal('ready') }),
  v.object({
    m: v.literal('select'),
    k: v.picklist(['checkpoint', 'recovery']),
    id: v.number(),
    savepoint: v.boolean(),
  }),
]);
