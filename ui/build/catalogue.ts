/** Turns a PO catalogue into compiled Lingui messages at build time.
 *
 * Lingui's own loader would bring the whole extractor with it. Our ids are explicit, so parsing and compiling is all
 * that is needed; an entry without the explicit-id mark is an error here, because Lingui would hash its id.
 */
import { compileMessage } from '@lingui/message-utils/compileMessage'
import PO from 'pofile'
import type { Plugin } from 'vite'

export const MARK = 'js-lingui-explicit-id'

/** What the phone says before anybody has gone further than its first screen: for a link of 64 kbit/s. */
export const ON_THE_PHONE = new RegExp(
  [
    '^field\\.(?!child|coordinates|dead_|edit|export|here_|keep|kept|not_said|outbox|save|tag|where|withdraw)',
    '^(strip|theme|menu|triage|role|door|time|word|action|request_status)\\.',
    '^error\\.(?!casualty|exchange|sites|command|sync)',
    '^exercise\\.band$',
    '^fact\\.(field|label|tag|category)$',
  ].join('|'),
)

/** What its other screens add; a test holds their sources to the two. */
export const FURTHER_ON_THE_PHONE = new RegExp(
  [
    '^(medic|field|withdraw_reason|outbox|triage_word|affiliation|mechanism|incident|threat|precision|leg|facility_status|kind)\\.',
    '^(injury_kind|region|intervention|march|limb|vital|avpu|blood_product|observation|body|line|form|voice|scheme|category)\\.',
    '^fact\\.',
    '^error\\.',
    '^command\\.casualty\\.',
  ].join('|'),
)
/** What only a phone says. */
export const PHONE_ONLY = /^(medic|field)\.(?!others_waiting)/
const PICKS: Record<string, RegExp[]> = { field: [ON_THE_PHONE], further: [FURTHER_ON_THE_PHONE, ON_THE_PHONE] }

/** Which texts a query asks for; the second list is what has been loaded before. */
export function picked(query: string | undefined): (id: string) => boolean {
  const [wanted, loaded] = PICKS[query ?? ''] ?? [/^/, PHONE_ONLY]
  return (id) => wanted!.test(id) && !loaded?.test(id)
}

export function compileCatalogue(source: string, isWanted: (id: string) => boolean = () => true): Record<string, unknown> {
  const messages: Record<string, unknown> = {}
  for (const item of PO.parse(source).items) {
    if (!isWanted(item.msgid)) continue
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
      const found = compileCatalogue(source, picked(query))
      return {
        code: `export const messages = JSON.parse(${JSON.stringify(JSON.stringify(found))})`,
        map: null,
        moduleType: 'js',
      }
    },
  }
}
