// Builds elements. Text becomes text nodes and nothing else, whatever it holds.

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'class') element.className = value;
    else if (key === 'data') Object.assign(element.dataset, value);
    else if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// A link that leaves the page, or its text alone where the address is no http or https.
export function link(address, ...children) {
  const url = webAddress(address);
  if (url === null) return make('span', {}, ...children);
  return make('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

export function webAddress(text) {
  if (!/^https?:\/\//i.test(text ?? '')) return null;
  try {
    return new URL(text).href;
  } catch {
    return null;
  }
}

// Text with its web addresses as links.
export function linked(text) {
  const parts = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"'，。；）】]+/gi)) {
    parts.append(text.slice(end, found.index), link(found[0], found[0]));
    end = found.index + found[0].length;
  }
  parts.append(text.slice(end));
  return parts;
}
