import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { preferredLanguage, speak, speakFrom, type Catalogues } from '../i18n/languages'
import { applyTheme } from '../kit/theme'
import '../kit/tokens.css'
import './field.css'
import { App, fetchAhead } from './App'
import { begin } from './session'
import { startWorker } from './worker'

applyTheme()
speakFrom(import.meta.glob('../locales/*.po', { query: '?field' }) as Catalogues)
await speak(preferredLanguage())
createRoot(document.getElementById('field')!).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <App />
    </I18nProvider>
  </StrictMode>,
)
void begin().then(fetchAhead)
startWorker()
