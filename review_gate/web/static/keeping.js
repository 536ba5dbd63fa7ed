// What one types stays in this browser until it is handed in. Each tab has a draft of its own.

const PREFIX = "rg:draft:";
const CURRENT = "rg:current";
const OLDEST = 30 * 86400 * 1000;

export function read(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

export function keep(key, fields) {
  const empty = !fields.text?.trim();
  if (empty) localStorage.removeItem(PREFIX + key);
  else localStorage.setItem(PREFIX + key, JSON.stringify({ fields, at: Date.now() }));
  return !empty;
}

export function forget(key) {
  localStorage.removeItem(PREFIX + key);
  if (sessionStorage.getItem(CURRENT) === key) sessionStorage.removeItem(CURRENT);
}

export const current = () => sessionStorage.getItem(CURRENT);
export const setCurrent = (key) => sessionStorage.setItem(CURRENT, key);

export function unsent(besides) {
  const found = [];
  for (let index = 0; index < localStorage.length; index += 1) {
    const name = localStorage.key(index);
    if (!name.startsWith(PREFIX)) continue;
    const key = name.slice(PREFIX.length);
    const draft = read(key);
    if (!draft || Date.now() - draft.at > OLDEST) continue;
    if (key !== besides && !key.startsWith("rev-")) found.push({ key, ...draft });
  }
  return found.sort((one, other) => other.at - one.at);
}

// True when this tab is the only one with that draft. The lock goes with the tab; without locks (plain HTTP on another
// machine) the tab's own storage has to do.
export function own(key) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((answer) => {
    navigator.locks.request(PREFIX + key, { ifAvailable: true }, (lock) => {
      answer(lock !== null);
      return lock ? new Promise(() => {}) : undefined;
    });
  });
}
