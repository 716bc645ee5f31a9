// Draws a card, of schema 2.0 or 1.0, from its JSON.
import { make, webAddress } from './dom.js';
import { colorClass } from './inline.js';
import { markdown } from './markdown.js';
import { languages, say } from './words.js';

const templates = new Set(['blue', 'wathet', 'turquoise', 'green', 'yellow', 'orange', 'red',
  'carmine', 'violet', 'purple', 'indigo', 'grey']);
const inner = ['columns', 'elements', 'actions'];

const list = (value) => (Array.isArray(value) ? value : []);
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const textOf = (object) => (typeof object?.content === 'string' ? object.content : '');

const bodyOf = (card) => [...list(card.body?.elements), ...list(card.elements)];

// Buttons are pressed by their place, counted as the sandbox does.
function numberButtons(elements, numbers) {
  for (const element of elements.filter(isObject)) {
    if (element.tag === 'button') numbers.set(element, numbers.size);
    inner.forEach((key) => numberButtons(list(element[key]), numbers));
  }
  return numbers;
}

// A text object: plain_text says what it says, lark_md is markdown.
function drawText(object, context) {
  if (!isObject(object)) return null;
  const content = languages.map((key) => object.i18n?.[key]).find((text) => typeof text === 'string') ?? textOf(object);
  if (object.tag === 'lark_md') return markdown(content, context);
  const color = typeof object.text_color === 'string' ? colorClass(object.text_color, 'default') : '';
  return make('div', { class: `plain ${color} ${sizeClass(object.text_size)}` }, content);
}

const sizes = { heading: 'large', 'heading-4': 'large', large: 'large', notation: 'small', small: 'small',
  'x-small': 'small', 'heading-3': 'larger', 'heading-2': 'larger', 'heading-1': 'largest', 'heading-0': 'largest',
  'x-large': 'larger', 'xx-large': 'larger', 'xxx-large': 'largest', 'xxxx-large': 'largest' };
const sizeClass = (size) => `size-${(Object.hasOwn(sizes, size) && sizes[size]) || 'normal'}`;
const alignClass = (align) => (['center', 'right'].includes(align) ? `align-${align}` : '');

function drawMarkdown(element, context) {
  const drawn = markdown(textOf(element), context);
  drawn.className += ` ${sizeClass(element.text_size)} ${alignClass(element.text_align)}`;
  return drawn;
}

function drawDiv(element, context) {
  const fields = list(element.fields).map((field) =>
    make('div', { class: field?.is_short ? 'field short' : 'field' }, drawText(field?.text, context)));
  return make('div', { class: 'div' }, drawText(element.text, context),
    fields.length > 0 ? make('div', { class: 'fields' }, ...fields) : null,
    isObject(element.extra) ? drawElement(element.extra, context) : null);
}

const flexModes = new Set(['none', 'stretch', 'flow', 'bisect', 'trisect']);

function drawColumns(element, context) {
  const mode = flexModes.has(element.flex_mode) ? element.flex_mode : 'none';
  const columns = list(element.columns).filter(isObject).map((column) => {
    const drawn = make('div', { class: `column ${backgroundClass(column)}` }, ...drawAll(column.elements, context));
    if (column.width === 'weighted') drawn.style.flex = `${Math.min(Math.max(Number(column.weight) || 1, 1), 5)} 1 0`;
    else if (/^\d{1,3}px$/.test(column.width)) drawn.style.flex = `0 0 ${column.width}`;
    return drawn;
  });
  return make('div', { class: `columns flex-${mode} ${backgroundClass(element)}` }, ...columns);
}

const backgroundClass = (element) =>
  (element.background_style === undefined || element.background_style === 'default'
    ? '' : `background ${colorClass(element.background_style, 'grey')}`);

const buttonTypes = new Set(['default', 'primary', 'danger', 'text', 'primary_text', 'danger_text',
  'primary_filled', 'danger_filled', 'laser']);

function addressOf(element) {
  const opening = list(element.behaviors).find((behavior) => behavior?.type === 'open_url');
  return webAddress(opening?.pc_url || opening?.default_url || element.multi_url?.pc_url ||
    element.multi_url?.url || element.url);
}

function drawButton(element, context) {
  const type = buttonTypes.has(element.type) ? element.type : 'default';
  const button = make('button', { class: `card-button ${type} ${element.width === 'fill' ? 'fill' : ''}`, type: 'button',
    disabled: element.disabled === true, title: textOf(element.disabled === true ? element.disabled_tips : element.hover_tips) },
  textOf(element.text));
  const index = context.numbers.get(element);
  button.dataset.button = index;
  button.addEventListener('click', () => context.press({ button, index, address: addressOf(element),
    confirm: isObject(element.confirm) ? element.confirm : null }));
  return button;
}

function drawPanel(element, context) {
  const head = isObject(element.header?.title) ? drawText(element.header.title, context) : say('more');
  return make('details', { class: 'panel', open: element.expanded === true },
    make('summary', {}, head), ...drawAll(element.elements, context));
}

function drawImage(element) {
  return make('div', { class: 'picture' }, textOf(element.alt) || say('image'));
}

// What a table shows: a cell of markdown, of options or of anything else.
function drawCell(value, column, context) {
  if (column.data_type === 'markdown' || column.data_type === 'lark_md') return markdown(String(value ?? ''), context);
  if (Array.isArray(value)) return value.map((one) => one?.text ?? one).join(' ');
  return String(value ?? '');
}

function drawTable(element, context) {
  const columns = list(element.columns).filter(isObject);
  const heads = columns.map((column) => make('th', {}, column.display_name ?? column.name ?? ''));
  const rows = list(element.rows).filter(isObject).map((row) =>
    make('tr', {}, ...columns.map((column) => make('td', {}, drawCell(row[column.name], column, context)))));
  return make('div', { class: 'markdown' }, make('table', {}, make('tr', {}, ...heads), ...rows));
}

const inside = (name) => (element, context) => make('div', { class: name }, ...drawAll(element.elements, context));

function drawNote(element, context) {
  const parts = list(element.elements).filter(isObject).map((part) => (part.tag === 'img' ? drawImage(part) : drawText(part, context)));
  return make('div', { class: 'note' }, ...parts);
}

function drawPerson(element, context) {
  return make('span', { class: 'person' }, context.nameOf(String(element.user_id ?? '')));
}

const drawers = {
  markdown: drawMarkdown, div: drawDiv, hr: () => make('hr'), column_set: drawColumns, button: drawButton,
  action: (element, context) => make('div', { class: 'actions' }, ...drawAll(element.actions, context)),
  note: drawNote, img: drawImage, collapsible_panel: drawPanel, interactive_container: inside('container'),
  form: inside('form'), table: drawTable, person: drawPerson,
};

function drawElement(element, context) {
  if (Object.hasOwn(drawers, element.tag)) return drawers[element.tag](element, context);
  return make('div', { class: 'unknown' }, `${String(element.tag)}: ${say('unknown')}`);
}

const drawAll = (elements, context) => list(elements).filter(isObject).map((element) => drawElement(element, context));


function drawHeader(header, context) {
  if (!isObject(header)) return null;
  const template = templates.has(header.template) ? header.template : 'default';
  const labels = list(header.text_tag_list).filter(isObject).slice(0, 3).map((label) =>
    make('span', { class: `tag ${colorClass(label.color, 'neutral')}` }, textOf(label.text)));
  return make('header', { class: `template-${template}` },
    make('div', { class: 'card-title' }, drawText(header.title, context), ...labels),
    textOf(header.subtitle) === '' ? null : make('div', { class: 'card-subtitle' }, drawText(header.subtitle, context)));
}

// context: nameOf(id), press({button, index, address, confirm}).
export function drawCard(card, context) {
  const elements = bodyOf(card);
  const inCard = { ...context, numbers: numberButtons(elements, new Map()) };
  const width = ['fill', 'compact'].includes(card.config?.width_mode) ? card.config.width_mode : 'default';
  const flow = card.body?.direction === 'horizontal' ? 'horizontal' : '';
  return make('article', { class: `card width-${width}` }, drawHeader(card.header, inCard),
    make('div', { class: `card-body ${flow}` }, ...drawAll(elements, inCard)));
}
