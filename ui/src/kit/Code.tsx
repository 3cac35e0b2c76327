import type { ReactNode } from 'react'

/** An island that reads left to right in every language: tags, call signs, coordinates, doses, times. */
export const Code = ({ children, className }: { children: ReactNode; className?: string }) => (
  <bdi dir="ltr" className={className ? `code ${className}` : 'code'}>
    {children}
  </bdi>
)
