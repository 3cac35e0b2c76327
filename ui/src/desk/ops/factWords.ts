/** Words for the facts of an event. Each fact's name says which list of codes its value comes from. */
import { ltr, type Text } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { missionNow } from '../../live/missionClock'

const GROUPS_OF: Record<string, string[]> = {
  status: ['status', 'request_status', 'facility_status'],
  category: ['category'],
  canonical: ['category'],
  triage: ['triage'],
  presence: ['status'],
  source: ['source'],
  affiliation: ['affiliation'],
  role: ['role'],
  holder_role: ['role'],
  mode: ['custody_mode'],
  to_role: ['role'],
  performer: ['role'],
  channel: ['channel'],
  kind: ['kind', 'asset_kind', 'identity'],
  type: ['incident', 'disposition'],
  state: ['leg', 'asset_state', 'identity_state'],
  code: ['milestone', 'delay'],
  gap: ['milestone'],
  level: ['level'],
  security: ['threat'],
  threat: ['threat'],
  cause: ['cause'],
  severity: ['severity'],
  mechanism: ['mechanism'],
  field: ['fact'],
  p: ['precision'],
  decision: ['decision'],
  step: ['step'],
  outcome: ['request_status'],
  reason: ['reason_code'],
  open_modules: ['module'],
  modules: ['module'],
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
const IDENTIFIER = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export interface FactInWords {
  name: string
  label: string
  value: string
  isCode: boolean
}

export function factWords(text: Text, name: string, value: unknown): FactInWords | null {
  const words = valueWords(text, name, value)
  if (words === null) return null
  return { name, label: labelOf(text, name), ...words }
}

/** A fact's own name, or a code when the value is a table by code, as in counts by category. */
function labelOf({ t, has }: Text, name: string): string {
  const id = ['fact', 'category', 'module', 'leg', 'milestone'].map((group) => `${group}.${name}`).find(has)
  return id ? t(id) : ltr(name)
}

export function valueWords(text: Text, name: string, value: unknown): { value: string; isCode: boolean } | null {
  const { t, has } = text
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return null
  // What a form leaves unticked says nothing; only a yes is a fact.
  if (typeof value === 'boolean') return value ? { value: t('word.yes'), isCode: false } : null
  if (typeof value === 'number') return { value: String(value), isCode: true }
  if (typeof value === 'string') {
    // An id means nothing to a reader; the thing it names is shown where it is known.
    if (IDENTIFIER.test(value)) return null
    if (INSTANT.test(value)) return { value: zulu(value, missionNow()), isCode: true }
    const code = value.split('+')[0]!
    const id = (GROUPS_OF[name] ?? []).map((group) => `${group}.${code}`).find(has)
    if (id) return { value: t(id), isCode: false }
    return { value, isCode: /^[A-Z0-9_.+-]+$/.test(value) }
  }
  if (Array.isArray(value)) {
    const parts = value.map((each) => valueWords(text, name, each)?.value).filter((each) => each !== undefined)
    return parts.length ? { value: text.list(parts), isCode: false } : null
  }
  const inner = Object.entries(value as Record<string, unknown>)
    .map(([key, each]) => factWords(text, key, each))
    .filter((each) => each !== null)
  return inner.length
    ? {
        value: inner.map((each) => `${each.label} ${each.isCode ? ltr(each.value) : each.value}`).join(', '),
        isCode: false,
      }
    : null
}
