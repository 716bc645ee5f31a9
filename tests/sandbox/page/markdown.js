// Blocks of markdown: headings, lists, quotes, code, tables, lines, paragraphs.
import { inline } from './inline.js';
import { make } from './dom.js';

const item = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const rule = /^\s*(<hr\s*\/?>|-{3,}|\*{3,}|_{3,})\s*$/i;
const fence = /^\s{0,3}(`{3,}|~{3,})/;
const row = /^\s*\|.*\|\s*$/;
const depthMax = 8;

const indentOf = (line) => /^\s*/.exec(line)[0].length;

function readFence(lines, at) {
  const mark = fence.exec(lines[at])[1];
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(mark)) end++;
  return [make('pre', {}, make('code', {}, lines.slice(at + 1, end).join('\n'))), end + 1];
}

function readQuote(lines, at, context, depth) {
  let end = at;
  while (end < lines.length && /^\s{0,3}>/.test(lines[end])) end++;
  const inner = lines.slice(at, end).map((line) => line.replace(/^\s{0,3}>\s?/, ''));
  return [make('blockquote', {}, blocks(inner, context, depth + 1)), end];
}

// A list: its items are the lines that begin as deep as the first; what is deeper is of the item.
function readList(lines, at, context, depth) {
  const [, space, sign] = item.exec(lines[at]);
  const ordered = /\d/.test(sign);
  const list = make(ordered ? 'ol' : 'ul');
  if (ordered) list.start = parseInt(sign, 10);
  let end = at;
  while (end < lines.length) {
    const found = item.exec(lines[end]);
    if (found === null || found[1].length > space.length || /\d/.test(found[2]) !== ordered) break;
    const inner = [found[3]];
    for (end++; end < lines.length && lines[end].trim() !== '' && indentOf(lines[end]) > space.length; end++)
      inner.push(lines[end].slice(Math.min(indentOf(lines[end]), space.length + 2)));
    list.append(make('li', {}, blocks(inner, context, depth + 1, true)));
  }
  return [list, end];
}

const cells = (line) => line.trim().slice(1, -1).split('|').map((cell) => cell.trim());

function readTable(lines, at, context) {
  let end = at;
  while (end < lines.length && row.test(lines[end])) end++;
  const body = lines.slice(at, end).filter((line, index) => index !== 1).map((line, index) =>
    make('tr', {}, ...cells(line).map((cell) => make(index === 0 ? 'th' : 'td', {}, inline(cell, context)))));
  return [make('table', {}, ...body), end];
}

function readHeading(line, context) {
  const [, signs, words] = /^\s{0,3}(#{1,6})\s+(.*)$/.exec(line);
  return make(`h${signs.length}`, {}, inline(words, context));
}

const isTable = (lines, at) => row.test(lines[at]) && /^[\s|:-]+$/.test(lines[at + 1] ?? '') && lines[at + 1].includes('-');

// The block that begins at the line, or null: then it is of a paragraph.
function readBlock(lines, at, context, depth) {
  const line = lines[at];
  if (depth >= depthMax) return null;
  if (fence.test(line)) return readFence(lines, at);
  if (rule.test(line)) return [make('hr'), at + 1];
  if (/^\s{0,3}#{1,6}\s+\S/.test(line)) return [readHeading(line, context), at + 1];
  if (/^\s{0,3}>/.test(line)) return readQuote(lines, at, context, depth);
  if (item.test(line)) return readList(lines, at, context, depth);
  if (isTable(lines, at)) return readTable(lines, at, context);
  return null;
}

function blocks(lines, context, depth, tight = false) {
  const parts = document.createDocumentFragment();
  let words = [];
  const flush = () => {
    if (words.length > 0) parts.append(make(tight ? 'span' : 'p', {}, inline(words.join('\n'), context)));
    words = [];
  };
  for (let at = 0; at < lines.length;) {
    const read = lines[at].trim() === '' ? [null, at + 1] : readBlock(lines, at, context, depth);
    if (read === null) {
      words.push(lines[at++].trimStart());
    } else {
      flush();
      if (read[0] !== null) parts.append(read[0]);
      at = read[1];
    }
  }
  flush();
  return parts;
}

// The text as an element.
export function markdown(text, context) {
  return make('div', { class: 'markdown' }, blocks(text.replace(/\r\n?/g, '\n').split('\n'), context, 0));
}
