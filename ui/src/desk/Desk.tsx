import { useEffect, useMemo, useState } from 'react'
import { I18nProvider as AriaLocale } from 'react-aria-components'
import { policy as askPolicy } from '../api/client'
import type { Me, Policy } from '../api/types'
import { numbersOf } from '../i18n/languages'
import { useText } from '../i18n/text'
import { AlertBar } from './AlertBar'
import { Header } from './Header'
import { KeysPanel } from './KeysPanel'
import { AlertsScreen } from './lists/AlertsScreen'
import { ConflictsScreen } from './lists/ConflictsScreen'
import { MeansScreen } from './lists/MeansScreen'
import { SurroundingsContext } from './MeContext'
import { Operations } from './ops/Operations'
import { goTo, PLACES, usePlace } from './places'
import { UndoBar } from './UndoBar'
import { useKeys } from './useKeys'

const SCREENS = { ops: Operations, alerts: AlertsScreen, means: MeansScreen, conflicts: ConflictsScreen }

export function Desk({ me, onLeave }: { me: Me; onLeave: () => void }) {
  const { t, language } = useText()
  const [policy, setPolicy] = useState<Policy | null>(null)
  const [areKeysShown, showKeys] = useState(false)
  const { place } = usePlace()
  const Screen = SCREENS[place]

  useEffect(() => void askPolicy().then(setPolicy, () => setPolicy(null)), [])
  const keys = useMemo(() => {
    const places = PLACES.map(({ name, key }) => [key, () => goTo(name)] as const)
    return { ...Object.fromEntries(places), '?': () => showKeys(true) }
  }, [])
  useKeys(keys)
  useEffect(() => {
    document.title = `${t(`place.${place}`)} · ${me.mission.name}`
  }, [place, me.mission.name, t])

  return (
    <AriaLocale locale={numbersOf(language)}>
      <SurroundingsContext value={{ me, policy }}>
        <a className="skip" href="#main">
          {t('action.skip')}
        </a>
        <Header onLeave={onLeave} onKeys={() => showKeys(true)} />
        <AlertBar />
        <main id="main" tabIndex={-1}>
          <h1 className="only-heard">{t(`place.${place}`)}</h1>
          <Screen />
        </main>
        <UndoBar />
        <KeysPanel isOpen={areKeysShown} onClose={() => showKeys(false)} />
      </SurroundingsContext>
    </AriaLocale>
  )
}
