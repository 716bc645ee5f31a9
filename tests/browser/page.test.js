// What people see and do on the sandbox's page: written, answered, drawn, pressed, and never acted on.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { Chromium } from './chromium.js';

const sandbox = process.env.STACK_SANDBOX;
let browser;
let page;

async function ask(path, body) {
  const options = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(sandbox + path, options);
  return answer.json();
}

const quote = JSON.stringify;
const shows = (selector, text) => `[...document.querySelectorAll(${quote(selector)})].find((one) => one.innerText.includes(${quote(text)}))`;

async function write(text) {
  await page.click('#text');
  await page.type(text);
  await page.key('Enter');
}

async function drawAlert() {
  await write('alert');
  await page.until("document.querySelector('.card [data-button]')");
}

const callbacks = async () => (await ask('/sandbox/deliveries')).deliveries.filter((one) => one.type === 'card.action.trigger');

before(async () => {
  browser = await Chromium.start({ language: 'en-US' });
  page = await browser.page(`${sandbox}/`);
  await page.until("document.querySelector('#chats button')");
});

beforeEach(async () => {
  await ask('/sandbox/symptom', { name: 'none' });
  await ask('/sandbox/reset', {});
  await page.click('[data-chat="oc_sandbox_group"]');
  await page.until("document.querySelector('#messages .quiet') && document.querySelector('#log .quiet')");
});

afterEach(() => assert.deepEqual(page.problems.splice(0), []));

after(() => browser.stop());

test('what is written in the group is answered', async () => {
  await write('ping');
  await page.until(shows('.of-bot .bubble', 'pong'));
  assert.equal(await page.evaluate("document.querySelector('.own .mention').innerText"), '@Sandbox Bot');
  assert.match(await page.evaluate("document.querySelector('.of-bot .quote').innerText"), /Reply to Sandbox User: @Sandbox Bot ping/);
  await page.until(shows('#log li.fine', 'im.message.receive_v1'));
  assert.equal(await page.evaluate("document.querySelector('#text').value"), '');
});

test('nobody is mentioned unless it is wanted', async () => {
  await page.click('#named');
  await write('ping');
  await page.until("document.querySelector('.own .bubble')");
  assert.equal(await page.evaluate("document.querySelector('.own .mention')"), null);
  await page.click('#named');
});

test('the private chat', async () => {
  await page.click('[data-chat="oc_sandbox_p2p"]');
  await write('ping');
  await page.until(shows('.of-bot .bubble', 'pong'));
  assert.equal((await ask('/sandbox/messages?chat_id=oc_sandbox_p2p')).messages.length, 2);
});

test('what others write comes by itself', async () => {
  await ask('/sandbox/say', { text: '@bot ping', user: 'ou_else' });
  await page.until(shows('.message', 'User ou_else'));
  await page.until(shows('.of-bot .bubble', 'pong'));
});

test('a message replies to another', async () => {
  const said = await ask('/sandbox/say', { text: 'first', mention: false });
  await page.click(`[data-id="${said.message_id}"] .reply`);
  await write('second');
  await page.until(shows('.quote', 'first'));
  assert.equal((await ask('/sandbox/messages')).messages[1].reply_to, said.message_id);
});

test('why the platform sends no event', async () => {
  await ask('/sandbox/symptom', { name: 'event_missing' });
  await write('ping');
  await page.until(shows('.withheld', 'im.message.receive_v1'));
});

test('a card is drawn', async () => {
  await drawAlert();
  const has = async (selector, text) => assert.ok(await page.evaluate(`!!(${shows(selector, text)})`), `${selector}: ${text}`);
  await has('.card > header.template-red .card-title', 'DiskFull · prod');
  await has('.card-title .tag.c-red', 'critical');
  await has('.flex-bisect > .column:first-child strong', 'instance');
  await has('.when', '11/1');
  await has('.card li > span > code', '/var');
  await has('.card strong', 'full');
  await has('.card a[href="https://a.example/disk"][rel="noopener noreferrer"]', 'runbook');
  await has('.card .c-red', '91 > 90');
  await has('.card .tag.c-orange', 'warning');
  await has('button:disabled', 'Off');
  assert.ok(await page.evaluate("document.querySelector('.card hr') !== null"));
});

test('a button sends the callback to the bot', async () => {
  await drawAlert();
  await page.click('[data-button="0"]');
  await page.until(shows('#log li.fine', 'card.action.trigger'));
  const [callback] = await callbacks();
  assert.equal(callback.attempts[0].status, 200);
  assert.equal(callback.attempts[0].body, '{}');
});

test('a button that asks first', async () => {
  await drawAlert();
  await page.click('[data-button="1"]');
  await page.until("document.querySelector('#dialog').open");
  assert.equal(await page.evaluate("document.querySelector('#dialog').innerText.split('\\n')[0]"), 'Silence all?');
  await page.click('#dialog-no');
  await page.until("!document.querySelector('#dialog').open");
  await page.click('[data-button="1"]');
  await page.until("document.querySelector('#dialog').open");
  await page.key('Escape');
  await page.until("!document.querySelector('#dialog').open");
  assert.deepEqual(await callbacks(), []);
  await page.click('[data-button="1"]');
  await page.click('#dialog-yes');
  await page.until(shows('#log li.fine', 'card.action.trigger'));
  assert.equal((await callbacks()).length, 1);
});

test('the answer to a callback: toast and new card', async () => {
  const card = { schema: '2.0', header: { template: 'green', title: { tag: 'plain_text', content: 'Resolved' } }, body: { elements: [] } };
  const bot = createServer((request, answer) => {
    request.resume();
    answer.end(JSON.stringify({ toast: { type: 'success', content: 'x', i18n: { en_us: 'Done <b>' } }, card: { type: 'raw', data: card } }));
  });
  await new Promise((resolve) => { bot.listen(0, '127.0.0.1', resolve); });
  try {
    await drawAlert();
    await ask('/sandbox/app', { callback_request_url: `http://127.0.0.1:${bot.address().port}/` });
    await page.click('[data-button="0"]');
    await page.until(shows('.toast.success', 'Done <b>'));
    await page.until(shows('.template-green', 'Resolved'));
    assert.equal(await page.evaluate("document.querySelectorAll('.card').length"), 1);
  } finally {
    bot.closeAllConnections();
    await new Promise((resolve) => { bot.close(resolve); });
  }
});

test('a callback that fails is told by its number', async () => {
  await drawAlert();
  await ask('/sandbox/symptom', { name: 'callback_missing' });
  await page.click('[data-button="0"]');
  await page.until(shows('.toast.error', 'code: 200340'));
  await ask('/sandbox/app', { callbacks: ['card.action.trigger'], callback_request_url: 'http://127.0.0.1:1/' });
  await page.click('[data-button="0"]');
  await page.until(shows('.toast.error', 'code: 200342'));
  await page.until(shows('#log li.bad', 'error 200342'));
});

test('a card that is changed is drawn anew, in its place', async () => {
  await drawAlert();
  const { messages } = await ask('/sandbox/messages');
  const { tenant_access_token: token } = await ask('/open-apis/auth/v3/tenant_access_token/internal', { app_id: 'cli_sandbox', app_secret: 'sandbox-secret' });
  const content = JSON.stringify({ schema: '2.0', config: { update_multi: true }, header: { template: 'grey', title: { tag: 'plain_text', content: 'Silenced' } }, body: { elements: [] } });
  const answer = await fetch(`${sandbox}/open-apis/im/v1/messages/${messages[1].message_id}`, { method: 'PATCH',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ content }) });
  assert.equal((await answer.json()).code, 0);
  await page.until(shows('.template-grey', 'Silenced'));
  assert.equal(await page.evaluate("document.querySelectorAll('.card').length"), 1);
});

const inert = `typeof hacked === 'undefined' && document.querySelectorAll('main script, main img, main svg, main iframe, main b img, [onclick], [onerror], [onload]').length === 0
  && [...document.querySelectorAll('main a')].every((one) => one.protocol === 'https:' || one.protocol === 'http:')`;

for (const text of ['<script>hacked=1</script>', '<img src=x onerror=hacked=1>', '"><svg onload=hacked=1>', '[a](javascript:hacked=1)',
  '<at user_id="all">all</at>', '**not bold** `code` # head', '&lt;b&gt; &#60;', '${hacked=1} {{hacked=1}}', '\u202egnp.exe\u2066'])
  test(`text stays text: ${text}`, async () => {
    await write(text);
    await page.until(shows('.own .bubble', text));
    await page.until(shows('.of-bot', 'Sandbox Bot'));
    assert.ok(await page.evaluate(inert));
    assert.equal(await page.evaluate("document.querySelectorAll('.own .bubble :not(.mention)').length"), 0);
  });

test('a hostile card is inert', async () => {
  await write('hostile');
  await page.until("document.querySelector('.card')");
  assert.ok(await page.evaluate(inert));
  const words = await page.evaluate("document.querySelector('.card').innerText");
  for (const part of ['<img src=x onerror=hacked=1>', '<script>hacked=1</script>', '<svg/onload=hacked=1>', '[e](https://evil.example)', '[f](https://evil.example)', '**h** <b>i</b>', '<u>j</u>'])
    assert.ok(words.includes(part), `${part} in ${words}`);
  assert.equal(await page.evaluate("document.querySelectorAll('.card a').length"), 0);
  await page.click('[data-button="0"]');
  await page.until(shows('#log li', 'card.action.trigger'));
  assert.ok(await page.evaluate(inert));
});

test('the policy refuses what is not of the page', async () => {
  const refused = await page.evaluate(`(() => { try { document.body.innerHTML = 'x'; return false } catch (error) { return error instanceof TypeError } })()`);
  assert.ok(refused);
  assert.equal(await page.evaluate("fetch('http://127.0.0.1:1/').then(() => 'sent', (error) => error.name)"), 'TypeError');
  assert.ok(page.problems.splice(0).every((one) => /violates|Trusted|assignment/.test(one)));
});

test('in the language of the browser', async () => {
  const other = await Chromium.start({ language: 'zh-CN' });
  try {
    const chinese = await other.page(`${sandbox}/`);
    await chinese.until("document.querySelector('#chats button')");
    assert.equal(await chinese.evaluate("document.querySelector('[data-say=send]').innerText"), '发送');
    assert.equal(await chinese.evaluate('document.documentElement.lang'), 'zh-CN');
  } finally {
    await other.stop();
  }
  assert.equal(await page.evaluate("document.querySelector('[data-say=send]').innerText"), 'Send');
});

test('it asks for news only when there are any, and nobody but the sandbox', async () => {
  const from = page.requests.length;
  for (let i = 0; i < 5; i++) await write(`ping ${i}`);
  await page.until("document.querySelectorAll('.of-bot').length === 5 && document.querySelectorAll('#log li').length >= 10");
  const asked = page.requests.slice(from).filter((one) => one.includes('/sandbox/watch'));
  assert.ok(asked.length > 0);
  assert.equal(new Set(asked).size, asked.length, 'it asked again what had not changed');
  assert.deepEqual(page.requests.filter((one) => !one.startsWith(`${sandbox}/`) && !one.startsWith('data:') && one !== 'http://127.0.0.1:1/'), []);
});
