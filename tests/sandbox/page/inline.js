// Inline markdown of cards: emphasis, code, links, entities, and the platform's own tags.
import { link, make } from './dom.js';
import { ago, say, time } from './words.js';

const depthMax = 24;
const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', sim: '∼' };
const marks = [['**', 'strong'], ['__', 'strong'], ['~~', 's'], ['*', 'em'], ['_', 'em']];

const dates = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date_short: { month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  week: { weekday: 'long' },
  week_long: { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' },
  time: { hour: '2-digit', minute: '2-digit', hour12: false },
  time_sec: { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false },
  timezone: { timeZoneName: 'short', hour: '2-digit', minute: '2-digit', hour12: false },
};

function localTime(of) {
  const ms = Number(of.millisecond);
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return '';
  return of.format_type === 'relative' ? ago(ms) : time(ms, dates[of.format_type] ?? dates.time_sec);
}

function mention(id, context) {
  const all = id === 'all';
  return make('span', { class: 'mention' }, `@${all ? say('all') : context.nameOf(id)}`);
}

function mentions(of, context) {
  const ids = [of.id, ...(of.ids ?? '').split(','), of.email].filter(Boolean);
  const parts = document.createDocumentFragment();
  ids.forEach((id) => parts.append(mention(id, context), ' '));
  return parts;
}

const colors = new Set(['neutral', 'blue', 'turquoise', 'lime', 'orange', 'violet', 'indigo',
  'wathet', 'green', 'yellow', 'red', 'purple', 'carmine', 'grey']);

export const colorClass = (color, fallback) => `c-${colors.has(color) ? color : fallback}`;

// How the platform's tags are drawn: from their attributes and what is between.
const tags = {
  at: (of, inner, context) => mentions(of, context),
  person: (of, inner, context) => make('span', { class: 'person' }, context.nameOf(of.id ?? '')),
  font: (of, inner) => make('span', { class: colorClass(of.color, 'default') }, inner),
  text_tag: (of, inner) => make('span', { class: `tag ${colorClass(of.color, 'neutral')}` }, inner),
  number_tag: (of, inner) => make('span', { class: 'number-tag' }, inner),
  a: (of, inner) => link(of.href, inner.textContent === '' ? of.href ?? '' : inner),
  link: (of, inner) => link(of.pc_url || of.url, inner),
  raw: (of, inner) => inner,
  local_datetime: (of) => (of.link ? link(of.link, localTime(of)) : make('span', { class: 'when' }, localTime(of))),
};

function readAttributes(text) {
  const found = {};
  for (const [, key, , double, single, bare] of
    text.matchAll(/([a-z_]+)\s*=\s*("([^"]*)"|'([^']*)'|([^\s"'>]+))/gi))
    found[key.toLowerCase()] = decode(double ?? single ?? bare);
  return found;
}

export function decode(text) {
  return text.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,6});/gi, (whole, name) => {
    if (name[0] !== '#') return named[name.toLowerCase()] ?? whole;
    const code = name[1] === 'x' || name[1] === 'X' ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\ufffd';
  });
}

// Where the tag that opens ends, with what is between: of nested ones of its kind, the outer end.
function findClose(text, name, from) {
  const each = new RegExp(`<(/?)${name}(?:\\s[^>]*)?>`, 'gi');
  each.lastIndex = from;
  let open = 1;
  for (let found; (found = each.exec(text)) !== null;) {
    open += found[1] === '/' ? -1 : 1;
    if (open === 0) return { inner: text.slice(from, found.index), end: each.lastIndex };
  }
  return null;
}

function readTag(text, at, context, depth) {
  const opening = /^<([a-z_]+)(\s[^<>]*)?\s*(\/?)>/i.exec(text.slice(at, at + 2000));
  const name = opening?.[1].toLowerCase();
  if (name === 'br') return [make('br'), at + opening[0].length];
  if (name === undefined || !Object.hasOwn(tags, name)) return null;
  const start = at + opening[0].length;
  const close = opening[3] === '/' ? { inner: '', end: start } : findClose(text, name, start);
  if (close === null) return null;
  const inner = inline(close.inner, context, depth + 1);
  return [tags[name](readAttributes(opening[2] ?? ''), inner, context), close.end];
}

function readCode(text, at) {
  const ticks = /^`+/.exec(text.slice(at))[0];
  const end = text.indexOf(ticks, at + ticks.length);
  if (end < 0) return null;
  return [make('code', {}, text.slice(at + ticks.length, end)), end + ticks.length];
}

// [words](address), and ![words](key) for a picture, which is only named here.
function readLink(text, at, context, depth) {
  const picture = text[at] === '!';
  const found = /^!?\[((?:[^\[\]\\\n]|\\.)*)\]\(\s*([^\s()<>]*)\s*\)/.exec(text.slice(at, at + 4000));
  if (found === null) return null;
  const end = at + found[0].length;
  if (picture) return [make('span', { class: 'picture' }, found[1] || say('image')), end];
  return [link(decode(found[2]), inline(found[1], context, depth + 1)), end];
}

function readMark(text, at, context, depth, dead) {
  for (const [mark, element] of marks) {
    if (!text.startsWith(mark, at) || dead.has(mark)) continue;
    const start = at + mark.length;
    if (/^\s|^$/.test(text.slice(start, start + 1))) return null;
    if (mark[0] === '_' && /\w/.test(text[at - 1] ?? '')) return null;
    for (let end = text.indexOf(mark, start + 1); end > 0; end = text.indexOf(mark, end + 1)) {
      // Of three in a row the last ones are the outer.
      if (mark.length === 2 && text[end + 2] === mark[0]) continue;
      if (/\s/.test(text[end - 1]) || (mark.length === 1 && text[end + 1] === mark)) continue;
      if (mark[0] === '_' && /\w/.test(text[end + mark.length] ?? '')) continue;
      return [make(element, {}, inline(text.slice(start, end), context, depth + 1)), end + mark.length];
    }
    dead.add(mark); // nor will a later one of its kind find its end
  }
  return null;
}

const readers = { '`': readCode, '<': readTag, '[': readLink, '!': readLink, '*': readMark, _: readMark, '~': readMark };

// The text as a fragment. context.nameOf: from an id to a name.
export function inline(text, context, depth = 0) {
  const parts = document.createDocumentFragment();
  const dead = new Set();
  let plain = '';
  const flush = () => { parts.append(decode(plain)); plain = ''; };
  for (let at = 0; at < text.length;) {
    const sign = text[at];
    const read = depth < depthMax ? readers[sign]?.(text, at, context, depth, dead) : null;
    if (read) {
      flush();
      parts.append(read[0]);
      at = read[1];
    } else if (sign === '\\' && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '')) {
      flush();
      parts.append(text[at + 1]); // it stands for itself
      at += 2;
    } else if (sign === '\n') {
      flush();
      parts.append(make('br'));
      at++;
    } else {
      plain += sign;
      at++;
    }
  }
  flush();
  return parts;
}
