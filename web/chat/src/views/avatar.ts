const namespace = 'http://www.w3.org/2000/svg';

/**
 * A picture made of a peer ID: five by five fields, mirrored, in a colour of its own. Whoever takes somebody's name
 * still looks different.
 */
export function avatar(peerID: string): SVGElement {
  const bits = hash(peerID);
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 7 7');
  svg.setAttribute('class', 'avatar');
  svg.setAttribute('aria-hidden', 'true');
  svg.style.setProperty('--hue', String(bits[0] % 360));
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', fields(bits[1]));
  svg.append(path);
  return svg;
}

function fields(bits: number): string {
  let path = '';
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 3; column++) {
      if (((bits >>> (row * 3 + column)) & 1) === 0) continue;
      path += square(column, row);
      if (column < 2) path += square(4 - column, row);
    }
  }
  return path;
}

function square(column: number, row: number): string {
  return `M${column + 1} ${row + 1}h1v1h-1z`;
}

/** Two 32-bit hashes (FNV-1a, then a last mixing). */
function hash(text: string): [number, number] {
  const result: [number, number] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    result[0] = Math.imul(result[0] ^ text.charCodeAt(i), 0x01000193);
    result[1] = Math.imul(result[1] ^ text.charCodeAt(i), 0x85ebca6b) + i;
  }
  return [mix(result[0]), mix(result[1])];
}

function mix(value: number): number {
  const mixed = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
