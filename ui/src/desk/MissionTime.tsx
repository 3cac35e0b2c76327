import { useText } from '../i18n/text'
import { dateTimeGroup } from '../i18n/time'
import { Code } from '../kit/Code'
import { useNow } from '../live/missionClock'

export function MissionTime() {
  const { t } = useText()
  const now = useNow()
  return (
    <div className="mission-time" title={t('header.mission_time')}>
      <span className="only-heard">{t('header.mission_time')}</span>
      <Code>{dateTimeGroup(now)}</Code>
    </div>
  )
}
