/** Sun, night, or as the system says. Kept per person on this device; applied without a reload. */
export const THEMES = ['system', 'sun', 'night'] as const
export type Theme = (typeof THEMES)[number]

const CHOICE = 'dunant.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')
// Paper is white: a night screen is printed as a sun one.
const paper = matchMedia('print')

export const chosenTheme = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(CHOICE)) ?? 'system'

export function applyTheme(): void {
  const theme = paper.matches ? 'sun' : chosenTheme()
  document.documentElement.dataset.theme = theme === 'system' ? (dark.matches ? 'night' : 'sun') : theme
  dispatchEvent(new Event('dunant:theme'))
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(CHOICE, theme)
  applyTheme()
}

dark.addEventListener('change', applyTheme)
paper.addEventListener('change', applyTheme)
