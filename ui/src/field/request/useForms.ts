import { useText } from '../../i18n/text'
import { known } from '../own'
import type { VoiceWords } from '../radio'
import type { ShortForms } from '../dn1'
import { useSignal } from '../signal'
import type { FormLayout } from './form'

/** The forms of the mission, and how the language of the screen names their lines and codes. */
export function useForms(): { forms: FormLayout[]; short: ShortForms | null; words: VoiceWords | null; voice: Record<string, VoiceWords> } {
  const { language } = useText()
  const { forms, voice = {} } = useSignal(known).policy ?? {}
  return { forms: forms?.form ?? [], short: forms ?? null, words: voice[language] ?? voice.en ?? null, voice }
}

/** The name of a field, out of the sentence in which it is spoken. */
export const labelOf = (words: VoiceWords, field: string): string =>
  (words.fields[field] ?? field).replace('{value}', '').replace(/\s*[:：]\s*$/, '').trim()
