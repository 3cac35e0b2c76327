/** Texts by explicit id, and the words for the codes of the wire. */
import type { I18n } from '@lingui/core'
import { useLingui } from '@lingui/react'
import { useMemo } from 'react'

export interface Text {
  language: string
  t: (id: string, values?: Record<string, unknown>) => string
  /** Words for a code, or the code itself when this version does not know it. */
  code: (group: string, code: string | null | undefined) => string
  has: (id: string) => boolean
  list: (items: string[]) => string
}

/** Keeps a tag, call sign, time or coordinate left to right inside any sentence, also in spoken labels. */
export const ltr = (text: string | number): string => `\u2066${text}\u2069`

export function makeText(i18n: I18n): Text {
  const has = (id: string) => i18n.messages[id] !== undefined
  const t = (id: string, values?: Record<string, unknown>) => i18n._(id, values)
  return {
    language: i18n.locale,
    has,
    t,
    code: (group, code) => (code ? (has(`${group}.${code}`) ? t(`${group}.${code}`) : ltr(code)) : t('word.unknown')),
    list: (items) => new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(items),
  }
}

export function useText(): Text {
  const { i18n } = useLingui()
  // `i18n` is one mutable object; its locale is what changes.
  return useMemo(() => makeText(i18n), [i18n, i18n.locale])
}
