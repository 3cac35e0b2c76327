import { FieldError, Input, Label, Text, TextField as AriaTextField, type TextFieldProps } from 'react-aria-components'

interface Props extends Omit<TextFieldProps, 'className'> {
  className?: string
  label: string
  hint?: string
  error?: string | null
  inputRef?: React.Ref<HTMLInputElement>
}

export function TextField({ label, hint, error, inputRef, className, ...rest }: Props) {
  return (
    <AriaTextField {...rest} isInvalid={Boolean(error)} className={`field ${className ?? ''}`}>
      <Label>{label}</Label>
      <Input {...(inputRef ? { ref: inputRef } : {})} />
      {hint ? <Text slot="description">{hint}</Text> : null}
      {error ? <FieldError>{error}</FieldError> : null}
    </AriaTextField>
  )
}
