import { logout } from '../api/client'
import { ltr, useText } from '../i18n/text'
import { Button } from '../kit/Button'
import { Code } from '../kit/Code'
import { ExerciseBand } from './ExerciseBand'
import { LanguageMenu } from './LanguageMenu'
import { LockTools } from './lock/LockTools'
import { MissionTime } from './MissionTime'
import { useSurroundings } from './MeContext'
import { goTo, isOffered, PLACES, usePlace } from './places'
import { StatusStrip } from './StatusStrip'
import { ThemeMenu } from './ThemeMenu'

export function Header({ onLeave, onKeys }: { onLeave: () => void; onKeys: () => void }) {
  const { t, code } = useText()
  const { me } = useSurroundings()
  const { place } = usePlace()
  const signOut = () =>
    void logout()
      .catch(() => undefined)
      .finally(onLeave)
  return (
    <header>
      {me.mission.exercise ? <ExerciseBand /> : null}
      <div className="header">
        <div className="header-place">
          <strong><bdi>{me.mission.name}</bdi></strong>
          <Code>{me.site}</Code>
          <span className="header-role">
            {t('header.role', { role: code('role', me.role), unit: ltr(me.unit ?? me.facility ?? me.site) })}
          </span>
        </div>
        <MissionTime />
        <StatusStrip />
        <div className="header-tools">
          <LanguageMenu />
          <ThemeMenu />
          <Button kind="quiet" onPress={onKeys} aria-label={t('keys.title')}>
            <Code>?</Code>
          </Button>
          <LockTools />
          <Button kind="quiet" onPress={signOut}>
            {t('action.sign_out')}
          </Button>
        </div>
        <nav className="header-nav" aria-label={t('nav.label')}>
          {PLACES.filter(({ name }) => isOffered(name, me.permissions)).map(({ name, path }) => (
            <a
              key={name}
              href={path}
              aria-current={name === place ? 'page' : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return
                event.preventDefault()
                goTo(name)
              }}
            >
              {t(`place.${name}`)}
            </a>
          ))}
        </nav>
      </div>
    </header>
  )
}
