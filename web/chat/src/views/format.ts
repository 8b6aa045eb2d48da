const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

const units = ['KB', 'MB', 'GB', 'TB'];

/** 14:05 */
export function formatTime(at: number): string {
  return time.format(at);
}

/** Wednesday, 5 March 2025 at 14:05:09 */
export function formatFull(at: number): string {
  return full.format(at);
}

/** Today, Yesterday, or Wednesday, 5 March */
export function formatDay(at: number, now: number): string {
  if (dayNumber(at) === dayNumber(now)) return 'Today';
  if (dayNumber(at) === dayNumber(now - 24 * 60 * 60 * 1000)) return 'Yesterday';
  return day.format(at);
}

/** The calendar day in the user's time zone, as a key. */
export function dayNumber(at: number): string {
  return new Date(at).toDateString();
}

/** 0.4 ms, 12 ms */
export function formatRtt(ms: number | null): string {
  if (ms === null) return 'not measured yet';
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** 5 s, 3 min, 2 h, 4 d */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** 512 bytes, 1.5 KB, 20 MB: thousands, as file managers count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte');
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power - 1] ?? ''}`;
}

/** 1 person, 2 people */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** Text as a sentence: with a capital at its beginning and a full stop at its end. */
export function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
