import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { preferredLanguage, speak, speakFrom, type Catalogues } from '../i18n/languages'
import '../kit/tokens.css'
import '../kit/kit.css'
import './desk.css'
import { App } from './App'
import { applyTheme } from '../kit/theme'

applyTheme()
speakFrom(import.meta.glob('../locales/*.po') as Catalogues)
await speak(preferredLanguage())
createRoot(document.getElementById('desk')!).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <App />
    </I18nProvider>
  </StrictMode>,
)
