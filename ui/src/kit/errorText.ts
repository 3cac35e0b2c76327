import { ltr, type Text } from '../i18n/text'

/** A sentence for an error code; one that this version does not know still gives its code to read over the radio. */
export function errorText({ t, has, code: words }: Text, code: string, params: Record<string, unknown> = {}): string {
  const values: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(params))
    values[name] = typeof value === 'number' ? value : ltr(String(value))
  if (typeof params.field === 'string' && has(`fact.${params.field}`)) values.field = words('fact', params.field)
  const known = `error.${code}`
  return has(known)
    ? t(known, { field: '', limit: '', value: '', retry_after_s: 0, count: 0, ...values })
    : t('error.unknown', { code: ltr(code) })
}
