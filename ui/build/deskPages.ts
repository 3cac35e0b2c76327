/** In development, answers every /desk/… address with the one desk page, and /field/ with the phone's, as the server does. */
import type { Plugin } from 'vite'

export function deskPages(): Plugin {
  return {
    name: 'dunant-desk-pages',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        if (request.url?.startsWith('/desk')) request.url = '/desk.html'
        if (/^\/field\/?(\?|$)/.test(request.url ?? '')) request.url = '/field.html'
        next()
      })
    },
  }
}
