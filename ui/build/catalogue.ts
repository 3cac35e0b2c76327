/** Turns a PO catalogue into compiled Lingui messages at build time.
 *
 * Lingui's own loader would bring the whole extractor with it. Our ids are explicit, so parsing and compiling is all
 * that is needed; an entry without the explicit-id mark is an error here, because Lingui would hash its id.
 */
import { compileMessage } from '@lingui/message-utils/compileMessage'
import PO from 'pofile'
import type { Plugin } from 'vite'

export const MARK = 'js-lingui-explicit-id'

export function compileCatalogue(source: string): Record<string, unknown> {
  const messages: Record<string, unknown> = {}
  for (const item of PO.parse(source).items) {
    if (!item.extractedComments.includes(MARK)) throw new Error(`${item.msgid}: comment ${MARK} is missing`)
    messages[item.msgid] = compileMessage(item.msgstr[0] ?? '')
  }
  return messages
}

export function catalogues(): Plugin {
  return {
    name: 'dunant-catalogues',
    transform(source, id) {
      if (!id.endsWith('.po')) return null
      return {
        code: `export const messages = JSON.parse(${JSON.stringify(JSON.stringify(compileCatalogue(source)))})`,
        map: null,
        moduleType: 'js',
      }
    },
  }
}
