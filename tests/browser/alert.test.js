// An alert as the on-call handles it: from a real Alertmanager to the card, and back by its buttons.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, afterEach, before, test } from 'node:test';
import { Chromium } from './chromium.js';

const sandbox = process.env.STACK_SANDBOX;
const alertmanager = process.env.ALERTMANAGER_URL;
let browser;
let page;

const amtool = (...words) => execFileSync(process.env.AMTOOL, [`--alertmanager.url=${alertmanager}`, ...words], { encoding: 'utf8' });
const silences = () => JSON.parse(amtool('silence', 'query', '-o', 'json'));
const header = (colour, text) => `document.querySelector('.card > header.template-${colour} .card-title')?.innerText.includes(${JSON.stringify(text)})`;

// press TEXT: clicks the card's button of that text.
async function press(text) {
  const number = await page.evaluate(`[...document.querySelectorAll('[data-button]')].find((one) => one.innerText === ${JSON.stringify(text)})?.dataset.button`);
  assert.ok(number !== undefined && number !== null, `a button ${text}`);
  await page.click(`[data-button="${number}"]`);
}

before(async () => {
  browser = await Chromium.start({ language: 'zh-CN' });
  page = await browser.page(`${sandbox}/`);
  await page.until("document.querySelector('#chats button')");
  await page.click('[data-chat="oc_sandbox_group"]');
});

afterEach(() => assert.deepEqual(page.problems.splice(0), []));

after(() => browser.stop());

test('it fires: a red card, with a mention and its buttons', async () => {
  amtool('alert', 'add', 'DiskFull', 'instance=db1', 'severity=critical', '--annotation=summary=磁盘快满了');
  await page.until(header('red', '[告警中 1] DiskFull'));
  const words = await page.evaluate("document.querySelector('.card').innerText");
  for (const part of ['磁盘快满了', 'db1', '认领', '静默 1 小时', '静默 4 小时', '静默 24 小时', '查看告警'])
    assert.ok(words.includes(part), `${part} in ${words}`);
  assert.ok(await page.evaluate("document.querySelector('.card .mention') !== null"));
});

test('it is acknowledged: the card says by whom', async () => {
  await press('认领');
  await page.until(header('red', '[已认领 1] DiskFull'));
  await page.until("document.querySelector('.toast.success')?.innerText.includes('已认领')");
});

test('24 hours ask first, and a no is a no', async () => {
  await press('静默 24 小时');
  await page.until("document.querySelector('#dialog').open");
  assert.match(await page.evaluate("document.querySelector('#dialog').innerText"), /静默 24 小时？[^]*1 条告警/);
  await page.click('#dialog-no');
  await page.until("!document.querySelector('#dialog').open");
  assert.deepEqual(silences(), []);
});

test('it is silenced: in Alertmanager, and on the card', async () => {
  await press('静默 1 小时');
  await page.until(header('grey', '[已静默至 '));
  const [silence, ...others] = silences();
  assert.deepEqual(others, []);
  assert.deepEqual(silence.matchers.map((one) => `${one.name}=${one.value}`), ['alertname=DiskFull']);
  assert.equal(Math.round((Date.parse(silence.endsAt) - Date.parse(silence.startsAt)) / 60000), 60);
});

test('the silence is undone', async () => {
  await press('撤销静默');
  await page.until(header('red', '[已认领 1] DiskFull'));
  assert.deepEqual(silences(), []);
});

test('it resolves: green, without buttons that act', async () => {
  amtool('alert', 'add', 'DiskFull', 'instance=db1', 'severity=critical', `--end=${new Date().toISOString()}`);
  await page.until(header('green', '[已恢复] DiskFull'), 20000);
  assert.equal(await page.evaluate("[...document.querySelectorAll('.card [data-button]')].filter((one) => /认领|静默/.test(one.innerText)).length"), 0);
  assert.equal(await page.evaluate("document.querySelectorAll('.card').length"), 1);
});
