import { useState } from 'react'
import { useText } from '../i18n/text'
import { MenuButton } from '../kit/MenuButton'
import { chosenTheme, chooseTheme, THEMES, type Theme } from '../kit/theme'

export function ThemeMenu() {
  const { t } = useText()
  const [theme, setTheme] = useState<Theme>(chosenTheme)
  const choices = THEMES.map((id) => ({ id, label: t(`theme.${id}`) }))
  const choose = (id: string) => {
    chooseTheme(id as Theme)
    setTheme(id as Theme)
  }
  return (
    <MenuButton label={`${t('menu.theme')}: ${t(`theme.${theme}`)}`} choices={choices} chosen={theme} onChoose={choose}>
      <svg viewBox="0 0 24 24" aria-hidden="true" className="icon">
        <path d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 2.500v15a7.500 7.500 0 0 0 0-15z" fillRule="evenodd" />
      </svg>
      <span className="tool-word">{t(`theme.${theme}`)}</span>
    </MenuButton>
  )
}
