import { useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { TriageMark } from '../../kit/TriageMark'
import { decimalDegrees, militaryGrid } from '../../maps/coordinates'
import type { Pin } from '../../maps/pins'

/** Everything on the map, for those who cannot or do not want to use one. */
export function MapList({ pins, onChoose }: { pins: Pin[]; onChoose: (subject: string) => void }) {
  const { t } = useText()
  if (pins.length === 0) return <p className="hint">{t('map.nothing')}</p>
  return (
    <ul className="map-list">
      {pins.map((pin) => (
        <li key={pin.id}>
          <span className="row-head">
            {pin.kind === 'casualty' ? (
              <TriageMark triage={pin.triage} />
            ) : (
              <span className="faint">{t(`map.kind.${pin.kind}`)}</span>
            )}
            {pin.kind === 'casualty' ? (
              <Button kind="quiet" onPress={() => onChoose(pin.id)}>
                <Code>{pin.label}</Code>
              </Button>
            ) : (
              <strong><bdi>{pin.label}</bdi></strong>
            )}
          </span>
          <span className="position">
            <Code>{militaryGrid(pin.position)}</Code>
            <Code>{decimalDegrees(pin.position)}</Code>
            {pin.position.at ? <Ago at={pin.position.at} /> : <span>{t('map.fresh.old')}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}
