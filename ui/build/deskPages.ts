/** In development, answers every /desk/… address with the one desk page, as the server does in the product. */
import type { Plugin } from 'vite'

export function deskPages(): Plugin {
  return {
    name: 'dunant-desk-pages',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        if (request.url?.startsWith('/desk')) request.url = '/desk.html'
        next()
      })
    },
  }
}
