/** The texts of the screens behind the first one, fetched when somebody goes there and kept by the worker. */
import { speakAlso, type Catalogues } from '../i18n/languages'

export const ready = speakAlso(import.meta.glob('../locales/*.po', { query: '?further' }) as Catalogues)
