/** Turns a PO catalogue into compiled Lingui messages at build time.
 *
 * Lingui's own loader would bring the whole extractor with it. Our ids are explicit, so parsing and compiling is all
 * that is needed; an entry without the explicit-id mark is an error here, because Lingui would hash its id.
 */
import { compileMessage } from '@lingui/message-utils/compileMessage'
import PO from 'pofile'
import type { Plugin } from 'vite'

export const MARK = 'js-lingui-explicit-id'

/** What the phone can come to say: a fifth of all texts, for a link of 64 kbit/s. A test holds its sources to it. */
export const ON_THE_PHONE = new RegExp(
  [
    '^(field|withdraw_reason|error|outbox|strip|theme|menu|triage|triage_word|affiliation|mechanism|role|door|time|word|action)\\.',
    '^exercise\\.band$',
    '^fact\\.(affiliation|category|child|event|field|label|mechanism|reason|scheme|subject_id|tag)$',
    '^command\\.casualty\\.(assign_triage|enter_in_error|estimate_injury_time|locate_casualty|record_details|report_casualty|report_mist)$',
  ].join('|'),
)

export function compileCatalogue(source: string, only = /^/): Record<string, unknown> {
  const messages: Record<string, unknown> = {}
  for (const item of PO.parse(source).items) {
    if (!only.test(item.msgid)) continue
    if (!item.extractedComments.includes(MARK)) throw new Error(`${item.msgid}: comment ${MARK} is missing`)
    messages[item.msgid] = compileMessage(item.msgstr[0] ?? '')
  }
  return messages
}

export function catalogues(): Plugin {
  return {
    name: 'dunant-catalogues',
    transform(source, id) {
      const [path, query] = id.split('?')
      if (!path!.endsWith('.po')) return null
      const found = compileCatalogue(source, query === 'field' ? ON_THE_PHONE : undefined)
      return {
        code: `export const messages = JSON.parse(${JSON.stringify(JSON.stringify(found))})`,
        map: null,
        moduleType: 'js',
      }
    },
  }
}
