import { Button as AriaButton, type ButtonProps } from 'react-aria-components'

type Kind = 'plain' | 'primary' | 'quiet' | 'outline'

export const Button = ({
  kind = 'plain',
  className,
  ...rest
}: Omit<ButtonProps, 'className'> & { kind?: Kind; className?: string }) => (
  <AriaButton {...rest} className={`button button-${kind} ${className ?? ''}`} />
)
