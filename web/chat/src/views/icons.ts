const namespace = 'http://www.w3.org/2000/svg';

/** Lines on a grid of 24 × 24. */
const paths = {
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  send: 'M12 20V5M5.5 11.5L12 5l6.5 6.5',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-3.6 3-5.5 6.500-5.500s6.100 1.900 6.500 5.500M16 4.500a3.200 3.200 0 0 1 0 6.200M18 14.800c2 .7 3.200 2.500 3.500 5.200',
  person: 'M12 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.5-4 3.500-6 7.500-6s7 2 7.500 6',
  copy: 'M9 9h10v11H9zM15 9V5H5v11h4',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  checks: 'M2 12.500l4.500 4.500L15 8M11.500 15.500L13 17l9-9',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 1.500',
  alert: 'M12 4L2.800 20h18.400zM12 10v4.500M12 17.200v.3',
  settings: 'M4 7h9M18 7h2M4 17h2M11 17h9M15.500 4.800v4.400M8.500 14.800v4.400',
  search: 'M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500L20 20',
  down: 'M12 5v14M6 13l6 6 6-6',
  addPerson: 'M10 11.500a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2.500 20.500c.5-4 3.500-6 7.500-6 1.500 0 2.900.3 4 .9M18.500 14v7M15 17.500h7',
  trash: 'M4.500 6.500h15M9.500 6.500V4h5v2.500M6.500 6.500L7.500 20h9l1-13.500',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4.200 4.200 0 0 0-6-6l-1.500 1.500M14 10a4 4 0 0 0-6 0l-3 3a4.200 4.200 0 0 0 6 6l1.500-1.500',
  direct: 'M4 12h16M8 8l-4 4 4 4M16 8l4 4-4 4',
  relayed: 'M2.500 12h6M15.500 12h6M12 8.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7z',
  folder: 'M3 6.500h6l2 2.500h10v10.500H3z',
  file: 'M6 3.500h8l4.500 4.500v12.500H6zM14 3.500V8h4.500',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500h.1',
  upload: 'M12 16V4.500M6.500 10L12 4.500 17.500 10M4.500 19.500h15',
  download: 'M12 4.500V16M6.500 10.500L12 16l5.500-5.500M4.500 19.500h15',
  attach: 'M19.500 11.500l-7.800 7.800a4.600 4.600 0 0 1-6.500-6.500l8-8a3.100 3.100 0 0 1 4.400 4.400l-7.900 7.900a1.500 1.500 0 0 1-2.200-2.200l7.200-7.200',
  newFolder: 'M3 6.500h6l2 2.500h10v10.500H3zM12 11.500v5.500M9.200 14.200h5.600',
  refresh: 'M19.500 12a7.500 7.500 0 1 1-2.300-5.400M19.500 3.500v4h-4',
  keyboard: 'M3 6.500h18v11H3zM7 10h.1M10.500 10h.1M14 10h.1M17.500 10h.1M8 14h8',
} as const;

export type IconName = keyof typeof paths;

/** An icon in the colour of the text around it; decoration only, so say in words what it means. */
export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}
