import type { ReactNode } from 'react'
import { Tab, TabList, TabPanel, Tabs as AriaTabs } from 'react-aria-components'

interface Props<Id extends string> {
  label: string
  tabs: { id: Id; title: ReactNode }[]
  chosen: Id
  onChoose: (id: Id) => void
  children: (id: Id) => ReactNode
}

/** One of several lists at a time; only the chosen one asks the server for anything. */
export const Tabs = <Id extends string>({ label, tabs, chosen, onChoose, children }: Props<Id>) => (
  <AriaTabs className="tabs" selectedKey={chosen} onSelectionChange={(key) => onChoose(key as Id)}>
    <TabList className="tab-list" aria-label={label}>
      {tabs.map(({ id, title }) => (
        <Tab key={id} id={id} className="tab" data-tab={id}>
          {title}
        </Tab>
      ))}
    </TabList>
    {tabs.map(({ id }) => (
      <TabPanel key={id} id={id} className="tab-panel">
        {children(id)}
      </TabPanel>
    ))}
  </AriaTabs>
)
