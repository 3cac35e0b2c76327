import type { ReactNode } from 'react'
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { Button } from './Button'

interface Choice {
  id: string
  label: string
  lang?: string
}

interface Props {
  label: string
  children: ReactNode
  choices: readonly Choice[]
  chosen: string
  onChoose: (id: string) => void
}

/** One choice out of a few, behind a button: language, theme. */
export const MenuButton = ({ label, children, choices, chosen, onChoose }: Props) => (
  <MenuTrigger>
    <Button kind="quiet" aria-label={label}>
      {children}
    </Button>
    <Popover className="popover" placement="bottom end">
      <Menu
        className="menu"
        aria-label={label}
        selectionMode="single"
        selectedKeys={[chosen]}
        onAction={(key) => onChoose(String(key))}
      >
        {choices.map(({ id, label: text, lang }) => (
          <MenuItem key={id} id={id} textValue={text} className="menu-item">
            <span lang={lang}>{text}</span>
          </MenuItem>
        ))}
      </Menu>
    </Popover>
  </MenuTrigger>
)
