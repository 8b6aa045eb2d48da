/** The colours: the system's, or the user's choice. `static/first-paint.js` applies the choice before the first paint. */
export type Theme = 'system' | 'light' | 'dark';

const key = 'causeway-chat-theme';

/** The user's choice. */
export function currentTheme(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** Changes the colours and keeps the choice for all tabs. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // The browser forbids storage: the choice lasts as long as the page.
  }
}
