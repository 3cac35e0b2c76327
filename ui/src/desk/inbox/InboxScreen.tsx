import { useText } from '../../i18n/text'
import { Tabs } from '../../kit/Tabs'
import { useSurroundings } from '../MeContext'
import { useTab } from '../places'
import { ConflictsTab } from './ConflictsTab'
import { DuplicatesTab } from './DuplicatesTab'
import './inbox.css'
import { tabsFor, type InboxTab } from './inboxTabs'
import { HeldTab } from './HeldTab'
import { ParkedTab, QuarantineTab, TrayTab } from './KeptTabs'
import { RejectedTab } from './RejectedTab'

const PANELS: Record<InboxTab, () => React.ReactNode> = {
  conflicts: ConflictsTab,
  duplicates: DuplicatesTab,
  parked: ParkedTab,
  quarantine: QuarantineTab,
  tray: TrayTab,
  held: HeldTab,
  rejected: RejectedTab,
}

/** D6: what only a person can settle. */
export function InboxScreen() {
  const { t } = useText()
  const { me } = useSurroundings()
  const tabs = tabsFor(me)
  const [asked, choose] = useTab()
  const chosen = tabs.find((tab) => tab === asked) ?? tabs[0]!
  return (
    <Tabs
      label={t('place.conflicts')}
      tabs={tabs.map((id) => ({ id, title: t(`inbox.${id}`) }))}
      chosen={chosen}
      onChoose={choose}
    >
      {(id) => {
        const Panel = PANELS[id]
        return <Panel />
      }}
    </Tabs>
  )
}
