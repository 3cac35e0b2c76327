import { useText } from '../../i18n/text'

const PANES = ['board', 'map', 'casualty'] as const
export type Pane = (typeof PANES)[number]

/** On narrow screens the columns become these; on wide ones they are not shown. */
export function PaneTabs({ pane, onPane }: { pane: Pane; onPane: (pane: Pane) => void }) {
  const { t } = useText()
  return (
    <div className="panes" role="group" aria-label={t('ops.panes')}>
      {PANES.map((each) => (
        <button key={each} type="button" aria-pressed={each === pane} data-pane-tab={each} onClick={() => onPane(each)}>
          {t(`ops.pane.${each}`)}
        </button>
      ))}
    </div>
  )
}
