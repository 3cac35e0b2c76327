import { lazy, Suspense, useState } from 'react'
import { lockScreen } from '../../api/client'
import { useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { useSurroundings } from '../MeContext'
import { useLocking } from './LockContext'

// Fetched when somebody wants them.
const PinPanel = lazy(() => import('./LockPanels').then((found) => ({ default: found.PinPanel })))
const WatchPanel = lazy(() => import('./LockPanels').then((found) => ({ default: found.WatchPanel })))

/** What people who share a screen need: lock it, and hand it to the next. */
export function LockTools() {
  const { t } = useText()
  const { me } = useSurroundings()
  const { onLocked, onTaken } = useLocking()
  const [shown, show] = useState<'pin' | 'watch' | null>(null)
  const lock = () => (me.session.has_pin ? void lockScreen().then(onLocked, () => undefined) : show('pin'))
  return (
    <>
      <Button kind="quiet" onPress={lock}>
        {t('lock.lock')}
      </Button>
      <Button kind="quiet" onPress={() => show('watch')}>
        {t('watch.short')}
      </Button>
      <Suspense fallback={null}>
        {shown === 'pin' ? <PinPanel onClose={() => show(null)} onLocked={onLocked} /> : null}
        {shown === 'watch' ? (
          <WatchPanel
            onClose={() => show(null)}
            onTaken={(watch, password) => {
              show(null)
              onTaken(watch, password)
            }}
          />
        ) : null}
      </Suspense>
    </>
  )
}
