/** What can be put into an element. Text goes in as text, never as markup. */
export type Child = Node | string | null | undefined | false;

/** Attributes by name; `class` too. `false` and `null` leave one out, `true` sets it without a value. Functions become listeners: `onclick`. */
export type Attributes = Record<string, string | number | boolean | null | undefined | ((event: never) => void)>;

/** Makes an element. */
export function h<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Text for screen readers only. */
export function hidden(text: string): HTMLElement {
  return h('span', { class: 'visually-hidden' }, text);
}

/** Sets attributes, and removes those that are `false` or `null`. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as unknown as EventListener);
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== (value === true ? '' : String(value))) element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** Sets the text of an element, touching it only when it differs. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A child of a list, and how it is brought up to date. */
export interface Row<Item> {
  readonly element: HTMLElement;
  update(item: Item): void;
}

/**
 * Keeps the children of `parent` in step with a list: each item keeps its element (and so focus, selection and
 * scroll position) as long as its key is in the list.
 */
export function keyedList<Item>(parent: HTMLElement, keyOf: (item: Item) => string, create: (item: Item) => Row<Item>): (items: readonly Item[]) => void {
  const rows = new Map<string, Row<Item>>();
  return (items) => {
    const keys = new Set(items.map(keyOf));
    for (const [key, row] of rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      rows.delete(key);
    }
    let next: Element | null = parent.firstElementChild;
    for (const item of items) {
      const key = keyOf(item);
      const row = rows.get(key) ?? create(item);
      rows.set(key, row);
      row.update(item);
      if (row.element === next) next = next.nextElementSibling;
      else parent.insertBefore(row.element, next);
    }
  };
}
