// Runs before the first paint, so that a chosen theme does not flash. src/theme.ts writes the choice.
try {
  const theme = localStorage.getItem('causeway-chat-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // The browser forbids storage: the system's colours it is.
}
