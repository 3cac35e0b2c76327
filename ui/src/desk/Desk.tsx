import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { I18nProvider as AriaLocale } from 'react-aria-components'
import { policy as askPolicy } from '../api/client'
import type { Me, Policy } from '../api/types'
import { numbersOf } from '../i18n/languages'
import { useText } from '../i18n/text'
import { AlertBar } from './AlertBar'
import { SlowLoading } from '../kit/SlowLoading'
import { Header } from './Header'
import { KeysPanel } from './KeysPanel'
import { AlertsScreen } from './lists/AlertsScreen'
import { MeansScreen } from './lists/MeansScreen'
import { maySee, SurroundingsContext } from './MeContext'
import { Operations } from './ops/Operations'
import { goTo, isOffered, KEEPS_SITE, PLACES, usePlace } from './places'
import { UndoBar } from './UndoBar'
import { useKeys } from './useKeys'

// Not part of the first screen: fetched when somebody goes there.
const InboxScreen = lazy(() => import('./inbox/InboxScreen').then((found) => ({ default: found.InboxScreen })))
const SiteScreen = lazy(() => import('./site/SiteScreen').then((found) => ({ default: found.SiteScreen })))

const SCREENS = {
  ops: Operations,
  alerts: AlertsScreen,
  means: MeansScreen,
  conflicts: InboxScreen,
  site: SiteScreen,
}

export function Desk({ me, onLeave }: { me: Me; onLeave: () => void }) {
  const { t, language } = useText()
  const [policy, setPolicy] = useState<Policy | null>(null)
  const [areKeysShown, showKeys] = useState(false)
  const { place: asked } = usePlace()
  // Whoever only keeps the machine begins there, and asks for no board.
  const isElsewhere = asked === 'ops' && !maySee(me, 'board') && me.permissions.includes(KEEPS_SITE)
  const place = isElsewhere ? 'site' : asked
  const Screen = SCREENS[place]

  useEffect(() => void askPolicy().then(setPolicy, () => setPolicy(null)), [])
  const keys = useMemo(() => {
    const places = PLACES.filter(({ name }) => isOffered(name, me.permissions)).map(({ name, key }) => [key, () => goTo(name)] as const)
    return { ...Object.fromEntries(places), '?': () => showKeys(true) }
  }, [me.permissions])
  useKeys(keys)
  useEffect(() => {
    if (isElsewhere) goTo('site')
  }, [isElsewhere])
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
          <Suspense fallback={<SlowLoading />}>
            <Screen />
          </Suspense>
        </main>
        <UndoBar />
        <KeysPanel isOpen={areKeysShown} onClose={() => showKeys(false)} />
      </SurroundingsContext>
    </AriaLocale>
  )
}
