import type { ApiError } from '../api/client'
import { useText } from '../i18n/text'
import { Notice } from './Notice'

/** What was asked, why not, and who can. */
export function Denied({ what, who, reason }: { what: string; who: string[]; reason?: string | null }) {
  const { t, code, list, has } = useText()
  const roles = [...new Set(who)].filter((role) => role !== 'system_client').map((role) => code('role', role))
  return (
    <Notice tone="amber">
      <p>{t('denied.what', { what })}</p>
      {reason && has(`reason.${reason}`) ? <p>{t(`reason.${reason}`)}</p> : null}
      {roles.length ? <p>{t('denied.who', { roles: list(roles) })}</p> : null}
    </Notice>
  )
}

/** A refusal names the roles that may; a stranger's answer is not trusted to be a list. */
export const rolesNamed = (error: ApiError | null): string[] =>
  Array.isArray(error?.params.who_can) ? error.params.who_can.map(String) : []
