import type { Position } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { missionNow } from '../../live/missionClock'
import { decimalDegrees, militaryGrid } from '../../maps/coordinates'

/** ATAK and its kin write this when no accuracy is known. */
const UNKNOWN_ERROR_M = 9_999_999

export function PositionLine({ position }: { position: Position | null }) {
  const { t } = useText()
  if (!position) return <p className="faint">{t('position.none')}</p>
  return (
    <p className="position">
      <Code>{militaryGrid(position)}</Code>
      <Code>{decimalDegrees(position)}</Code>
      <span>
        {position.ce !== null && position.ce < UNKNOWN_ERROR_M
          ? t('position.accuracy', { metres: Math.round(position.ce) })
          : t('position.accuracy_unknown')}
      </span>
      {position.at ? <span>{t('position.at', { clock: ltr(zulu(position.at, missionNow())) })}</span> : null}
    </p>
  )
}
