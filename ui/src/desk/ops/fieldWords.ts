/** Names of the fields that can be in conflict, and their values in words. */
import { ltr, type Text } from '../../i18n/text'
import { militaryGrid } from '../../maps/coordinates'
import { valueWords } from './factWords'

export function fieldLabel(text: Text, field: string): string {
  const { t, code, has } = text
  const [head, rest] = split(field)
  if (head === 'identity') return rest ? code('identity', rest) : t('fact.identity')
  if (head === 'decision') return rest ? code('step', rest) : t('fact.decision')
  const name = rest || head
  return has(`fact.${name}`) ? t(`fact.${name}`) : ltr(name)
}

export function fieldValue(text: Text, field: string, value: unknown): string {
  const [head, rest] = split(field)
  const unknown = text.t('word.unknown')
  if (value === null || value === undefined || value === '') return unknown
  if (typeof value === 'boolean') return text.t(value ? 'word.yes' : 'word.no')
  if (isPlace(value)) return ltr(militaryGrid(value))
  // What somebody is called is shown as it was written, never looked up among the codes.
  if (head === 'identity') return Array.isArray(value) ? text.list(value.map(String)) : String(value)
  return valueWords(text, head === 'decision' ? 'decision' : rest || head, value)?.value ?? unknown
}

function split(field: string): [string, string] {
  const dot = field.indexOf('.')
  return dot < 0 ? [field, ''] : [field.slice(0, dot), field.slice(dot + 1)]
}

const isPlace = (value: unknown): value is { lat: number; lon: number } =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { lat?: unknown }).lat === 'number' &&
  typeof (value as { lon?: unknown }).lon === 'number'
