import { chooseLanguage, LANGUAGES, type Language } from '../i18n/languages'
import { useText } from '../i18n/text'
import { MenuButton } from '../kit/MenuButton'

export function LanguageMenu() {
  const { t, language } = useText()
  const choices = LANGUAGES.map(({ code, name }) => ({ id: code, label: name, lang: code }))
  const own = LANGUAGES.find(({ code }) => code === language)?.name ?? language
  return (
    <MenuButton
      label={`${t('menu.language')}: ${own}`}
      choices={choices}
      chosen={language}
      onChoose={(id) => void chooseLanguage(id as Language)}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true" className="icon">
        <path d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 2c1.2 0 2.6 2 3.2 5H8.800C9.400 6 10.800 4 12 4zM4.300 10h2.300a19 19 0 0 0 0 4H4.300a8 8 0 0 1 0-4zm4.300 0h6.800a17 17 0 0 1 0 4H8.600a17 17 0 0 1 0-4zm8.800 0h2.300a8 8 0 0 1 0 4h-2.300a19 19 0 0 0 0-4zM8.800 15h6.400c-.6 3-2 5-3.200 5s-2.600-2-3.200-5z" />
      </svg>
      <span lang={language}>{own}</span>
    </MenuButton>
  )
}
