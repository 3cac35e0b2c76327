import type { ReactNode } from 'react'
import { Label, Radio, RadioGroup } from 'react-aria-components'

interface Props {
  label: string
  value: string | null
  choices: { id: string; content: ReactNode; spoken?: string }[]
  isDisabled?: boolean
  onChoose: (id: string) => void
}

export const ChoiceGrid = ({ label, value, choices, isDisabled, onChoose }: Props) => (
  <RadioGroup
    className="choices"
    value={value}
    isDisabled={Boolean(isDisabled)}
    onChange={onChoose}
    orientation="horizontal"
  >
    <Label>{label}</Label>
    <div className="choices-row">
      {choices.map(({ id, content, spoken }) => (
        <Radio key={id} value={id} className="choice" {...(spoken ? { 'aria-label': spoken } : {})}>
          {content}
        </Radio>
      ))}
    </div>
  </RadioGroup>
)
