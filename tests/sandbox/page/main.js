// The page: what there is comes by long polling, what people do goes by the sandbox's controls.
import { drawMessage } from './chat.js';
import { make } from './dom.js';
import { drawLog } from './log.js';
import { chinese, languages, say } from './words.js';

const $ = (id) => document.getElementById(id);
const state = { changes: 0, chats: [], people: [], messages: [], deliveries: [], requests: [] };
const drawn = new Map(); // from a message's id to what it was drawn from, and its element
const openEntries = new Set();
let chat = null;
let answering = null;

async function ask(path, body) {
  const options = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(path, options);
  const tree = await answer.json();
  if (!answer.ok) throw new Error(tree.error ?? answer.statusText);
  return tree;
}

function toast(type, text) {
  const kind = ['success', 'error', 'warning'].includes(type) ? type : 'info';
  const element = make('div', { class: `toast ${kind}` }, text);
  $('toasts').append(element);
  setTimeout(() => element.remove(), 5000);
}

const complain = (error) => toast('error', error.message);

// Asks and waits for yes or no.
function askFirst(confirm) {
  $('dialog-title').textContent = confirm.title?.content ?? '';
  $('dialog-text').textContent = confirm.text?.content ?? '';
  $('dialog').returnValue = '';
  $('dialog').showModal();
  return new Promise((resolve) => {
    $('dialog').addEventListener('close', () => resolve($('dialog').returnValue === 'yes'), { once: true });
  });
}

function showResult(result) {
  if (result.error !== undefined)
    toast('error', `${say('failed')} code: ${result.error.code}\n${result.error.detail || result.error.text}`);
  const texts = result.toast === undefined ? [] : [...languages.map((key) => result.toast.i18n?.[key]), result.toast.content];
  const text = texts.find((one) => typeof one === 'string' && one !== '');
  if (text !== undefined) toast(result.toast.type, text);
}

async function press(message, { button, index, address, confirm }) {
  if (confirm !== null && !(await askFirst(confirm))) return;
  if (address !== null) window.open(address, '_blank', 'noopener,noreferrer');
  button.classList.add('busy');
  try {
    showResult(await ask('/sandbox/press', { message_id: message.message_id, index, user: $('user').value, confirm: true,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone }));
  } catch (error) {
    complain(error);
  } finally {
    button.classList.remove('busy');
  }
}

function reply(message) {
  answering = message;
  $('answering').hidden = message === null;
  if (message === null) return;
  $('answered').textContent = `${say('replyTo')}${nameOf(message.sender)}: ${message.text.slice(0, 60)}`;
  $('text').focus();
}

const guest = 'ou_sandbox_guest';

function nameOf(id) {
  const person = state.people.find((one) => one.id === id);
  return person?.name ?? (id === guest ? say('guest') : `User ${id}`);
}

// Draws what is not drawn yet, or has changed; the rest stays as it is.
function drawMessages() {
  const list = $('messages');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const user = $('user').value;
  const find = (id) => state.messages.find((one) => one.message_id === id);
  const elements = state.messages.filter((one) => one.chat_id === chat).map((message) => {
    const source = JSON.stringify([message, user, find(message.reply_to)?.text]);
    const old = drawn.get(message.message_id);
    if (old?.source === source) return old.element;
    const element = drawMessage(message, { nameOf, find, press, reply, user });
    drawn.set(message.message_id, { source, element });
    return element;
  });
  if (elements.length === 0) elements.push(make('li', { class: 'quiet' }, say('empty')));
  elements.forEach((element, index) => {
    if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
  });
  while (list.children.length > elements.length) list.lastChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function lastOf(id) {
  const last = state.messages.findLast((one) => one.chat_id === id);
  return last === undefined ? '' : last.text || `[${say('card')}]`;
}

function choose(id) {
  chat = id;
  reply(null);
  draw();
  $('messages').scrollTop = $('messages').scrollHeight;
}

const isGroup = (id) => state.chats[0]?.id === id;

function drawChats() {
  $('chats').replaceChildren(...state.chats.map((one) =>
    make('button', { type: 'button', class: one.id === chat ? 'chosen' : '', data: { chat: one.id }, onclick: () => choose(one.id) },
      make('span', { class: 'face', ariaHidden: 'true' }, [...say(isGroup(one.id) ? 'group' : 'bot')][0]),
      make('span', { class: 'chat-name' }, one.name), make('span', { class: 'last' }, lastOf(one.id)))));
}

function draw() {
  chat ??= state.chats[0]?.id ?? null;
  $('name').textContent = state.chats.find((one) => one.id === chat)?.name ?? '';
  $('kind').textContent = say(isGroup(chat) ? 'group' : 'private');
  $('naming').hidden = !isGroup(chat);
  drawChats();
  drawMessages();
  $('log').replaceChildren(...drawLog(state, openEntries, $('errors').checked));
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// Each answer comes when something has changed, so nothing is asked for in vain.
async function watch() {
  for (;;) {
    try {
      const news = await ask(`/sandbox/watch?seen=${state.changes}`);
      $('lost').hidden = true;
      if (news.changes !== state.changes) {
        Object.assign(state, news);
        draw();
      }
    } catch {
      $('lost').hidden = false;
      await pause(1000);
    }
  }
}

async function send() {
  const text = $('text').value;
  if (text.trim() === '') return;
  const body = { text, chat, user: $('user').value };
  if (isGroup(chat) && $('named').checked) body.mention = true;
  if (answering !== null) body.reply_to = answering.message_id;
  $('text').value = ''; // at once: what is typed meanwhile is the next message
  reply(null);
  try {
    await ask('/sandbox/say', body);
    $('messages').scrollTop = $('messages').scrollHeight;
  } catch (error) {
    complain(error);
    if ($('text').value === '') $('text').value = text;
  }
}

function listen() {
  $('composer').addEventListener('submit', (event) => { event.preventDefault(); send(); });
  $('text').addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  $('unanswer').addEventListener('click', () => reply(null));
  $('user').addEventListener('change', draw);
  $('errors').addEventListener('change', draw);
  $('reset').addEventListener('click', () => ask('/sandbox/reset', {}).catch(complain));
  $('dialog-yes').addEventListener('click', () => $('dialog').close('yes'));
  $('dialog-no').addEventListener('click', () => $('dialog').close('no'));
}

function start() {
  document.documentElement.lang = chinese ? 'zh-CN' : 'en';
  document.title = say('title');
  document.querySelectorAll('[data-say]').forEach((element) => { element.textContent = say(element.dataset.say); });
  document.querySelectorAll('[data-hint]').forEach((element) => { element.placeholder = say(element.dataset.hint); });
  for (const id of ['ou_sandbox_user', guest])
    $('user').append(make('option', { value: id }, id === guest ? say('guest') : 'Sandbox User'));
  listen();
  watch();
}

start();
