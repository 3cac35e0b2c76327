/** The command that settles a field: who somebody is has a door of its own. */
import type { Command } from '../../api/types'
import type { ResolveConflict, ResolveIdentity } from '../../api/wire'

const IDENTITY = 'identity.'

export const actionFor = (field: string): 'casualty.resolve_identity' | 'casualty.resolve_conflict' =>
  field.startsWith(IDENTITY) ? 'casualty.resolve_identity' : 'casualty.resolve_conflict'

export function settling(subject: string, field: string, value: unknown, reason: string): Command {
  if (field.startsWith(IDENTITY))
    return {
      t: 'casualty.resolve_identity',
      casualty: subject,
      kind: field.slice(IDENTITY.length) as ResolveIdentity['kind'],
      value: value as ResolveIdentity['value'],
      reason,
    }
  return {
    t: 'casualty.resolve_conflict',
    subject_id: subject,
    field,
    value: value as ResolveConflict['value'],
    reason,
  }
}

/** Whether an entry on its way out settles this very field. */
export function settles(command: Command, field: string): boolean {
  if (command.t === 'casualty.resolve_identity') return field === IDENTITY + command.kind
  return command.t === 'casualty.resolve_conflict' && command.field === field
}
