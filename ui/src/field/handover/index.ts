/** Hand-over without a network. Load on demand: nobody needs it before they hand somebody over. */
export { cardHash, canSign, makeCode, newGrantKey, newNonce, readCode } from './signing'
export type { GrantKey, HandoverTrust, Signed } from './signing'
export { HandoverError } from './errors'
export type { HandoverPass, HandoverRecord } from './codec'
