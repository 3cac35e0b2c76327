/** Why a code is not taken; the texts are those of the server's errors. Nothing of such a code is used. */
export type HandoverFault =
  | 'exchange.damaged'
  | 'exchange.incomplete'
  | 'exchange.unknown_version'
  | 'exchange.bad_signature'
  | 'exchange.foreign_key'
  | 'exchange.revoked_key'
  | 'exchange.expired_key'

export class HandoverError extends Error {
  constructor(
    readonly code: HandoverFault,
    readonly params: { have?: number; of?: number; missing?: number[]; site?: string } = {},
  ) {
    super(code)
  }
}
