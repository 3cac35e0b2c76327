import type { Watch } from '../../api/types'
import { useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { Notice } from '../../kit/Notice'

const NOBODY_KNOWS = '–'

/** What the next person has just taken over. */
export function WatchTaken({ watch, onRead }: { watch: Watch; onRead: () => void }) {
  const { t } = useText()
  const counts = { alerts: watch.open_alerts ?? NOBODY_KNOWS, casualties: watch.open_casualties ?? NOBODY_KNOWS }
  return (
    <div className="watch-taken" role="status">
      <Notice>{t('watch.taken', counts)}</Notice>
      <Button kind="quiet" onPress={onRead}>
        {t('action.close')}
      </Button>
    </div>
  )
}
