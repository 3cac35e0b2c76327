import { useText } from '../i18n/text'
import { Button } from '../kit/Button'
import { useUndo } from './useUndo'

export function UndoBar() {
  const { t, code } = useText()
  const last = useUndo()
  return (
    <div className="undo" role="status" hidden={!last}>
      {last ? (
        <>
          <span>{t('undo.recorded', { what: code('command', last.entry.command.t) })}</span>
          <Button onPress={last.undo}>{t('undo.action')}</Button>
        </>
      ) : null}
    </div>
  )
}
