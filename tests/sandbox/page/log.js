// Draws what went between the platform and the bot: deliveries and requests to the API.
import { make } from './dom.js';
import { say, time } from './words.js';

const clock = (ms) => time(ms, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hour12: false });

const isCallback = (delivery) => delivery.type === 'card.action.trigger';
const clientFailed = (delivery) => (delivery.client ?? '').startsWith('error ');
const failed = (delivery) => clientFailed(delivery) || delivery.state === 'given up' ||
  (delivery.state === 'waiting' && delivery.attempts.length > 0);

function drawAttempt(attempt, index) {
  const outcome = attempt.status === 0 ? `${say('late')}: ${attempt.error ?? ''}` : `HTTP ${attempt.status}`;
  return make('div', { class: attempt.status === 200 ? 'fine' : 'bad' },
    `${say('attempt')}${index + 1} ${clock(attempt.at_ms)} · ${outcome} · ${attempt.ms} ms`,
    attempt.body === '' ? null : make('pre', {}, attempt.body));
}

// Opened or closed by people, it stays so when it is drawn anew.
function drawEntry(entry, open) {
  return make('li', { class: entry.bad ? 'bad' : 'fine', data: { key: entry.key } },
    make('details', { open: open.has(entry.key), ontoggle: (event) => {
      if (event.target.open) open.add(entry.key);
      else open.delete(entry.key);
    } },
    make('summary', {}, make('time', {}, clock(entry.at)), make('span', { class: 'sort' }, entry.sort),
      make('code', {}, entry.title), make('span', { class: 'outcome' }, entry.outcome)), ...entry.more));
}

function ofDelivery(delivery, index) {
  const last = delivery.attempts.at(-1);
  const outcome = last === undefined ? say(delivery.state) : last.status === 0 ? say('late') : `${last.status} · ${last.ms} ms`;
  return {
    key: `d${delivery.event_id}${index}`, at: delivery.attempts[0]?.at_ms ?? Date.now(), bad: failed(delivery),
    sort: say(isCallback(delivery) ? 'callback' : 'event'), title: delivery.type,
    outcome: clientFailed(delivery) ? delivery.client.split(',')[0] : outcome,
    more: [make('div', {}, `event_id ${delivery.event_id}`), make('div', {}, say(delivery.state)),
      delivery.client === undefined || delivery.client === '' ? null : make('div', { class: failed(delivery) ? 'bad' : 'fine' }, delivery.client),
      delivery.next_ms === undefined ? null : make('div', {}, `${say('next')} ${clock(delivery.next_ms)}`),
      ...delivery.attempts.map(drawAttempt)],
  };
}

function ofRequest(request, index) {
  return {
    key: `r${request.at_ms}${index}${request.path}`, at: request.at_ms, bad: request.http !== 200 || request.code !== 0,
    sort: say('request'), title: `${request.method} ${request.path.replace('/open-apis/', '')}`,
    outcome: request.http === 0 ? '…' : request.code === 0 ? String(request.http) : `${request.http} · ${request.code}`,
    more: [make('div', {}, request.path)],
  };
}

// The newest first. open: the keys of those that are open.
export function drawLog(state, open, onlyErrors) {
  const entries = [...state.deliveries.map(ofDelivery), ...state.requests.map(ofRequest)]
    .filter((entry) => entry.bad || !onlyErrors).sort((one, other) => other.at - one.at);
  if (entries.length === 0) return [make('li', { class: 'quiet' }, say('quiet'))];
  return entries.map((entry) => drawEntry(entry, open));
}
