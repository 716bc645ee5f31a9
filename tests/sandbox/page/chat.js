// Draws the messages of a chat.
import { drawCard } from './card.js';
import { linked, make } from './dom.js';
import { languages, say, time } from './words.js';

const emojis = { OK: '👌', THUMBSUP: '👍', DONE: '✅', OnIt: '👀', Get: '👀', Typing: '⌨️', SMILE: '😊', HEART: '❤️',
  CheckMark: '✔️', CrossMark: '❌', Alarm: '⏰', JIAYI: '➕', THANKS: '🙏', LOOKDOWN: '👇' };

function parse(content) {
  try {
    const value = JSON.parse(content);
    return value !== null && typeof value === 'object' ? value : {};
  } catch {
    return {};
  }
}

// Text in which keys as @_user_1 stand for people; a longer key first, since it may begin as another.
function withMentions(text, mentions) {
  const parts = document.createDocumentFragment();
  const people = new Map(mentions.map((mention) => [mention.key, mention.name]));
  const keys = [...people.keys()].sort((one, other) => other.length - one.length);
  for (let at = 0; at < text.length;) {
    const key = text[at] === '@' ? keys.find((one) => text.startsWith(one, at)) : undefined;
    if (key !== undefined) {
      parts.append(make('span', { class: 'mention' }, `@${people.get(key)}`));
      at += key.length;
    } else {
      const next = text.indexOf('@', at + 1);
      parts.append(linked(text.slice(at, next < 0 ? text.length : next)));
      at = next < 0 ? text.length : next;
    }
  }
  return parts;
}

const isText = (value) => typeof value === 'string';

// The pieces of a post's paragraph.
const pieces = {
  text: (piece) => make('span', {}, String(piece.text ?? '')),
  a: (piece) => linked(`${piece.text ?? ''} ${piece.href ?? ''}`),
  at: (piece, context) => make('span', { class: 'mention' }, `@${piece.user_name ?? context.nameOf(String(piece.user_id ?? ''))}`),
  hr: () => make('hr'),
  code_block: (piece) => make('pre', {}, make('code', {}, String(piece.text ?? ''))),
  emotion: (piece) => make('span', {}, emojis[piece.emoji_type] ?? `:${piece.emoji_type}:`),
  img: () => make('span', { class: 'picture' }, say('image')),
};

function drawPost(content, context) {
  const post = Array.isArray(content.content) ? content : languages.map((key) => content[key]).find(Boolean) ?? {};
  const lines = (Array.isArray(post.content) ? post.content : []).filter(Array.isArray).map((line) =>
    make('p', {}, ...line.map((piece) => (Object.hasOwn(pieces, piece?.tag) ? pieces[piece.tag](piece, context) : null))));
  return make('div', { class: 'bubble' }, isText(post.title) && post.title !== '' ? make('strong', {}, post.title) : null, ...lines);
}

function drawBody(message, context) {
  const content = parse(message.content);
  if (message.recalled) return make('div', { class: 'bubble gone' }, say('recalled'));
  if (message.type === 'text' && isText(content.text))
    return make('div', { class: 'bubble' }, withMentions(content.text, message.mentions));
  if (message.type === 'post') return drawPost(content, context);
  if (message.type === 'interactive') return drawCard(content, context);
  return make('div', { class: 'bubble gone' }, `[${message.type}] ${say('unknown')}`);
}

function drawQuote(message, context) {
  const asked = context.find(message.reply_to);
  if (asked === undefined) return null;
  return make('div', { class: 'quote' }, `${say('replyTo')}${context.nameOf(asked.sender)}: ${asked.text.slice(0, 120)}`);
}

function drawReactions(message) {
  if (message.reactions.length === 0) return null;
  return make('div', { class: 'reactions' }, ...message.reactions.map((name) =>
    make('span', { title: name }, Object.hasOwn(emojis, name) ? emojis[name] : `:${name}:`)));
}

const stamp = (message) => time(message.time_ms, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

// context: nameOf(id), find(message_id), press(message, what), reply(message), user.
export function drawMessage(message, context) {
  const name = context.nameOf(message.sender);
  const own = !message.from_bot && message.sender === context.user;
  const ofCard = { nameOf: context.nameOf, press: (what) => context.press(message, what) };
  return make('li', { class: `message ${own ? 'own' : ''} ${message.from_bot ? 'of-bot' : ''}`, data: { id: message.message_id } },
    make('div', { class: 'face', ariaHidden: 'true' }, [...name][0]),
    make('div', { class: 'words' },
      make('div', { class: 'who' }, make('b', {}, name), message.from_bot ? make('span', { class: 'tag c-blue' }, say('bot')) : null,
        make('time', {}, stamp(message)), message.updated ? make('span', {}, say('edited')) : null,
        make('button', { class: 'reply', type: 'button', onclick: () => context.reply(message) }, say('reply'))),
      drawQuote(message, context), drawBody(message, ofCard), drawReactions(message),
      message.withheld === undefined ? null : make('div', { class: 'withheld' }, say('withheld') + message.withheld)));
}
