import { useState } from 'react'
import { Switch } from 'react-aria-components'
import { switchLink, type LinkSwitchState } from '../../api/site'
import { ltr, useText } from '../../i18n/text'

/** The demonstration's own cable: pulled out and put back by hand, with what kind of line it is. */
export function LinkSwitch({ state, onSwitched }: { state: LinkSwitchState; onSwitched: () => void }) {
  const { t } = useText()
  const [isBusy, setBusy] = useState(false)
  const [hasFailed, setFailed] = useState(false)
  if (!state.available) return null
  const turn = async (up: boolean): Promise<void> => {
    // Not disabled meanwhile: a disabled switch would lose the focus of whoever uses the keyboard.
    if (isBusy) return
    setBusy(true)
    try {
      await switchLink(up)
      setFailed(false)
      onSwitched()
    } catch {
      setFailed(true)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="link-switch" data-link={state.up ? 'up' : 'down'}>
      <Switch className="switch" isSelected={state.up} onChange={(up) => void turn(up)}>
        <span className="switch-track" aria-hidden="true" />
        {t(state.up ? 'link.switch_up' : 'link.switch_down')}
      </Switch>
      <span className="faint">
        {t('link.line', {
          rate: ltr(state.kbit_s === null ? '–' : `${state.kbit_s} kbit/s`),
          rtt: ltr(state.rtt_ms === null ? '–' : `${state.rtt_ms} ms`),
          loss: ltr(state.loss === null ? '–' : `${Math.round(state.loss * 1000) / 10} %`),
        })}
      </span>
      {hasFailed ? (
        <span className="refusal" role="alert">
          {t('link.switch_failed')}
        </span>
      ) : null}
    </div>
  )
}
