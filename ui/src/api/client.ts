/** The only place that talks HTTP. Turns problem documents into `ApiError`, everything else into typed values. */
import { complete } from './complete'
import type { Me, Outcome, Policy, Problem, View, ViewName, ViewRows, Watch } from './types'

const ROOT = '/api/v1'

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly params: Record<string, unknown> = {},
  ) {
    super(code)
  }
}

/** No answer at all: the link is down, or the server is. */
export class NoAnswer extends Error {}

let csrf = ''

export function rememberCsrf(token: string): void {
  csrf = token
}

export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  if (init.method === 'POST') {
    if (!headers.has('Content-Type')) headers.set('Content-Type', 'application/json')
    if (csrf) headers.set('X-CSRF-Token', csrf)
  }
  let response: Response
  try {
    response = await fetch(ROOT + path, { ...init, headers, credentials: 'same-origin' })
  } catch (cause) {
    throw new NoAnswer('no answer', { cause })
  }
  if (response.ok || response.status === 304) return response
  // A proxy in front of a stopped server answers 502 to 504 without a problem document: that is no answer either.
  if (response.status >= 502 && response.status <= 504 && !isProblem(response))
    throw new NoAnswer(`status ${response.status}`)
  const problem = isProblem(response) ? ((await response.json()) as Partial<Problem>) : {}
  throw new ApiError(response.status, problem.code ?? `http.${response.status}`, problem.params ?? {})
}

function isProblem(response: Response): boolean {
  return (response.headers.get('Content-Type') ?? '').includes('json')
}

export const json = async <T>(response: Response): Promise<T> => (await response.json()) as T
export const post = (path: string, body?: unknown) => ask(path, { method: 'POST', body: JSON.stringify(body ?? {}) })

/** `device`: the random id of a phone, so that a lost one can be shut. */
export const login = async (user: string, password: string, device?: string, signKey?: string): Promise<Me> =>
  json(await post('/login', { user, password, ...(device ? { device } : {}), ...(signKey ? { sign_key: signKey } : {}) }))
export const logout = async (): Promise<void> => void (await post('/logout'))
/** Shuts the screen until the PIN is entered; the first time the PIN is chosen. */
export const lockScreen = async (pin?: string): Promise<void> => void (await post('/session/lock', pin ? { pin } : {}))
export const unlockScreen = async (pin: string): Promise<Me> => json(await post('/session/unlock', { pin }))
/** The next person signs in here, and whoever was at this screen is signed out. */
export const takeWatch = async (user: string, password: string): Promise<Watch> =>
  json(await post('/session/watch', { user, password }))
export const me = async (): Promise<Me> => json(await ask('/me'))
export const policy = async (): Promise<Policy> => json(await ask('/policy'))
export const boundaries = async (): Promise<GeoJSON.FeatureCollection> => json(await ask('/boundaries'))
/** Entries as their authors made them, or sealed. */
export const sendCommands = async (list: unknown[]): Promise<Outcome[]> => json(await post('/commands', list))
/** The same for a device at which nobody is signed in: each entry carries its own proof. */
export const deliverEntries = async (list: unknown[]): Promise<Outcome[]> => json(await post('/outbox', list))

export type Query = Record<string, string | number | undefined>

/** One page of a view; `null` when the server says it is the page we already have. */
export async function viewPage<N extends ViewName>(
  name: N,
  query: Query,
  etag: string | null,
  signal?: AbortSignal,
  unattended = false,
): Promise<{ page: View<ViewRows[N]>; etag: string | null } | null> {
  const parameters = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) parameters.set(key, String(value))
  const headers: Record<string, string> = etag ? { 'If-None-Match': etag } : {}
  // The screen follows by itself: that is not somebody using it, so the session still ends when nobody does.
  if (unattended) headers['X-Dunant-Unattended'] = '1'
  const init: RequestInit = { headers, cache: 'no-store' }
  if (signal) init.signal = signal
  const response = await ask(`/views/${name}?${parameters}`, init)
  if (response.status === 304) return null
  return { page: complete(name, await json(response)), etag: response.headers.get('ETag') }
}

export function openLive(cursor: string | null, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'text/event-stream' }
  if (cursor) headers['Last-Event-ID'] = cursor
  return ask('/live', { headers, signal, cache: 'no-store' })
}
