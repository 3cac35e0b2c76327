import type { BoardRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Button } from '../../kit/Button'
import { Denied, rolesNamed } from '../../kit/Denied'
import { errorText } from '../../kit/errorText'
import { Notice } from '../../kit/Notice'
import type { ScreenState } from '../../kit/screenState'
import { SilentNote } from '../../kit/SilentNote'
import { SlowLoading } from '../../kit/SlowLoading'
import { useLink } from '../../live/link'
import { missionNow } from '../../live/missionClock'
import type { Viewed } from '../../live/useView'

interface Props {
  state: ScreenState
  board: Viewed<BoardRow>
  silent: Map<string, string | null>
}

/** What is unusual about the picture just now, said above it; the picture itself stays. */
export function OpsNotes({ state, board, silent }: Props) {
  const text = useText()
  const { t } = text
  const { link, since } = useLink((all) => all)
  const now = missionNow()
  return (
    <div className="notes">
      {state === 'denied' ? <Denied what={t('place.ops')} who={rolesNamed(board.error)} /> : null}
      {state === 'error' && board.error ? (
        <Notice tone="red">
          <p>{errorText(text, board.error.code, board.error.params)}</p>
          <p className="faint">{t('error.code', { code: ltr(board.error.code) })}</p>
          <Button onPress={board.again}>{t('action.retry')}</Button>
        </Notice>
      ) : null}
      {state === 'loading' ? <SlowLoading /> : null}
      {link === 'lost' && board.view ? (
        <Notice tone="amber">
          {t('state.offline', {
            clock: ltr(zulu(since, now)),
            as_of: ltr(zulu(Math.max(since, Date.parse(board.view.as_of)), now)),
          })}
        </Notice>
      ) : null}
      {state === 'read_only' ? <Notice>{t('state.read_only')}</Notice> : null}
      <SilentNote silent={silent} all={board.view?.sources.length ?? 0} />
      {board.view && board.view.suppressed > 0 ? (
        <Notice>{t('state.suppressed', { count: board.view.suppressed })}</Notice>
      ) : null}
    </div>
  )
}
