import { useState } from 'react'
import { chooseLanguage, LANGUAGES, type Language } from '../i18n/languages'
import { useText } from '../i18n/text'
import { chosenTheme, chooseTheme, THEMES, type Theme } from '../kit/theme'
import { Choices, Dialog } from './bits'
import { lock, signOut } from './session'

/** Lock in one tap; the rest behind one more. */
export function Tools({ isIn }: { isIn: boolean }) {
  const { t, language } = useText()
  const [isOpen, setOpen] = useState(false)
  const [theme, setTheme] = useState<Theme>(chosenTheme())
  return (
    <div className="tools">
      {isIn ? (
        <button type="button" className="plain" onClick={lock}>
          {t('field.lock')}
        </button>
      ) : null}
      <button type="button" className="plain" onClick={() => setOpen(true)} aria-haspopup="dialog">
        {t('field.menu')}
      </button>
      {isOpen ? (
        <Dialog title={t('field.menu')} onClose={() => setOpen(false)}>
          <Choices
            label={t('menu.language')}
            value={language}
            choices={LANGUAGES.map(({ code, name }) => ({ id: code, content: <bdi lang={code}>{name}</bdi> }))}
            onChoose={(code) => void chooseLanguage(code as Language)}
          />
          <Choices
            label={t('menu.theme')}
            value={theme}
            choices={THEMES.map((each) => ({ id: each, content: t(`theme.${each}`) }))}
            onChoose={(each) => (chooseTheme(each as Theme), setTheme(each as Theme))}
          />
          {isIn ? (
            <button type="button" className="outline" onClick={() => (setOpen(false), void signOut())}>
              {t('action.sign_out')}
            </button>
          ) : null}
        </Dialog>
      ) : null}
    </div>
  )
}
