import { useState } from 'react'
import { Switch } from 'react-aria-components'
import { useText } from '../i18n/text'
import { Code } from '../kit/Code'
import { Panel } from '../kit/Panel'
import { areKeysOn, switchKeys } from './useKeys'

const KEYS = [
  ['↑ ↓', 'keys.move'],
  ['← →', 'keys.lane'],
  ['Enter', 'keys.open'],
  ['A', 'keys.assign'],
  ['/', 'keys.search'],
  ['M', 'keys.mute'],
  ['1 2 3 4 5', 'keys.places'],
  ['?', 'keys.this'],
] as const

export function KeysPanel({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useText()
  const [on, setOn] = useState(areKeysOn)
  return (
    <Panel title={t('keys.title')} isOpen={isOpen} onClose={onClose}>
      <dl className="keys">
        {KEYS.map(([key, id]) => (
          <div key={id}>
            <dt>
              <kbd>
                <Code>{key}</Code>
              </kbd>
            </dt>
            <dd>{t(id)}</dd>
          </div>
        ))}
      </dl>
      <Switch
        className="switch"
        isSelected={on}
        onChange={(next) => {
          setOn(next)
          switchKeys(next)
        }}
      >
        <span className="switch-track" aria-hidden="true" />
        {t('keys.switch')}
      </Switch>
    </Panel>
  )
}
