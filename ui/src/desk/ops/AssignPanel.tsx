import { useState } from 'react'
import { uuid7 } from '../../api/ids'
import type { AssetRow, BoardRow, FacilityRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { ChoiceGrid } from '../../kit/ChoiceGrid'
import { Panel } from '../../kit/Panel'
import { TextField } from '../../kit/TextField'
import { missionNow } from '../../live/missionClock'
import { distanceKm } from '../../maps/coordinates'
import { outbox } from '../../outbox/outbox'
import { useView } from '../../live/useView'
import { AssetChoice, FacilityChoice } from './AssignChoices'

const LONGEST_MIN = 1440
const ORDER = [
  'AVAILABLE',
  'ALERTED',
  'RETURNING',
  'COMMITTED',
  'CREW_REST',
  'WEATHER_HOLD',
  'UNKNOWN',
  'UNSERVICEABLE',
]
const byState = (a: AssetRow, b: AssetRow) =>
  ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.callsign.localeCompare(b.callsign)

/** Sends one asset for one casualty to one facility. The choice stays with a person; nothing is hidden, unknown is said. */
export function AssignPanel({ row, isOpen, onClose }: { row: BoardRow; isOpen: boolean; onClose: () => void }) {
  const { t } = useText()
  const assets = useView('assets', {}, isOpen)
  const facilities = useView('facilities', {}, isOpen)
  const [asset, setAsset] = useState<string | null>(null)
  const [facility, setFacility] = useState<string | null>(null)
  const [minutes, setMinutes] = useState('')
  const [reason, setReason] = useState('')
  const isWrong = minutes !== '' && !(/^\d+$/.test(minutes) && Number(minutes) >= 1 && Number(minutes) <= LONGEST_MIN)
  const far = (each: FacilityRow) => (row.position && each.position ? distanceKm(row.position, each.position) : null)
  const byKnown = (a: FacilityRow, b: FacilityRow) =>
    Number(a.stale) - Number(b.stale) || (far(a) ?? Infinity) - (far(b) ?? Infinity) || a.name.localeCompare(b.name)
  const callsign = assets.rows.find((each) => each.subject === asset)?.callsign

  const confirm = () => {
    const leg = uuid7(missionNow())
    const plan = minutes ? { M11: new Date(missionNow() + Number(minutes) * 60_000).toISOString() } : {}
    outbox.record(
      {
        t: 'casualty.plan_leg',
        leg,
        asset,
        destination: facility,
        casualties: [row.subject],
        ...(row.request ? { request: row.request.subject } : {}),
        plan,
        ...(reason.trim() ? { override: { rule: 'all', reason: reason.trim() } } : {}),
        exercise: row.exercise,
      },
      { subject: row.subject, lane: 0 },
    )
    onClose()
  }

  return (
    <Panel title={t('assign.title', { tag: ltr(row.tag) })} isOpen={isOpen} onClose={onClose}>
      <ChoiceGrid
        label={t('assign.asset')}
        value={asset}
        onChoose={setAsset}
        choices={[...assets.rows]
          .sort(byState)
          .map((each) => ({ id: each.subject, content: <AssetChoice row={each} /> }))}
      />
      <ChoiceGrid
        label={t('assign.facility')}
        value={facility}
        onChoose={setFacility}
        choices={[...facilities.rows]
          .sort(byKnown)
          .map((each) => ({ id: each.subject, content: <FacilityChoice row={each} km={far(each)} /> }))}
      />
      <TextField
        label={t('assign.eta')}
        value={minutes}
        onChange={setMinutes}
        inputMode="numeric"
        error={isWrong ? t('assign.eta_wrong') : null}
      />
      <TextField label={t('assign.override')} value={reason} onChange={setReason} />
      <Button kind="primary" isDisabled={!asset || !facility || isWrong} onPress={confirm}>
        {callsign && facility ? t('assign.confirm', { callsign: ltr(callsign) }) : t('assign.choose')}
      </Button>
    </Panel>
  )
}
