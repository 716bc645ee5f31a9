// Drives a headless Chromium by its own protocol, over a pipe: no port, no package.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const flags = [
  '--headless=new', '--remote-debugging-pipe', '--no-first-run', '--no-default-browser-check',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-gpu',
  '--disable-dev-shm-usage', '--no-proxy-server', '--hide-scrollbars', '--force-device-scale-factor=1',
  // Whatever a page asks for, names lead nowhere.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export class Chromium {
  #process;
  #folder;
  #last = 0;
  #waiting = new Map();
  #listeners = [];

  // language as zh-CN; windows are of the size given.
  static async start({ program = 'chromium', language = 'en-US', width = 1280, height = 860 } = {}) {
    const browser = new Chromium();
    browser.#folder = await mkdtemp(join(tmpdir(), 'chromium.'));
    const root = process.getuid() === 0 ? ['--no-sandbox'] : [];
    browser.#process = spawn(program, [...flags, ...root, `--lang=${language}`, `--accept-lang=${language}`,
      `--window-size=${width},${height}`, `--user-data-dir=${browser.#folder}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: browser.#folder, LANGUAGE: language.replace('-', '_') }, detached: true });
    browser.#process.on('error', (error) => browser.#fail(error));
    browser.#process.on('exit', () => browser.#fail(new Error('Chromium has ended')));
    browser.#listen();
    return browser;
  }

  #fail(error) {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  // Messages are JSON, each with a NUL behind it.
  #listen() {
    let pieces = [];
    this.#process.stdio[4].on('data', (data) => {
      for (let end; (end = data.indexOf(0)) >= 0; data = data.subarray(end + 1)) {
        pieces.push(data.subarray(0, end));
        this.#take(JSON.parse(Buffer.concat(pieces).toString()));
        pieces = [];
      }
      pieces.push(data);
    });
    this.#process.stdio[3].on('error', () => {}); // it has ended, which is told elsewhere
  }

  #take(message) {
    const asked = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (asked === undefined) this.#listeners.forEach((listener) => listener(message));
    else if (message.error !== undefined) asked.reject(new Error(`${asked.method}: ${message.error.message}`));
    else asked.resolve(message.result);
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#last;
    this.#process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => { this.#waiting.set(id, { resolve, reject, method }); });
  }

  on(listener) {
    this.#listeners.push(listener);
  }

  async page(url) {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId);
    await page.open(url);
    return page;
  }

  // Every process of it ends, and its folder goes.
  async stop() {
    const ended = new Promise((resolve) => { this.#process.once('exit', resolve); });
    this.send('Browser.close').catch(() => {});
    await ended;
    try {
      process.kill(-this.#process.pid, 'SIGKILL');
    } catch {
      // all of them are gone
    }
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

class Page {
  #browser;
  #session;
  requests = []; // the addresses asked for
  problems = []; // errors of scripts and what the policy refused

  constructor(browser, session) {
    this.#browser = browser;
    this.#session = session;
    browser.on((message) => { if (message.sessionId === session) this.#note(message); });
  }

  #note({ method, params }) {
    if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url);
    else if (method === 'Runtime.exceptionThrown') this.problems.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    else if (method === 'Log.entryAdded' && params.entry.level === 'error') this.problems.push(`${params.entry.text} ${params.entry.url ?? ''}`);
    else if (method === 'Page.javascriptDialogOpening') this.problems.push(`dialog: ${params.message}`);
  }

  send(method, params) {
    return this.#browser.send(method, params, this.#session);
  }

  async open(url) {
    for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await this.send(`${domain}.enable`);
    await this.send('Page.navigate', { url });
  }

  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  // Waits until the expression is true in the page; returns what it is then.
  async until(expression, ms = 10000) {
    const end = Date.now() + ms;
    for (let value; ; await new Promise((resolve) => { setTimeout(resolve, 20); })) {
      value = await this.evaluate(`(() => { try { return ${expression} } catch (error) { return null } })()`).catch(() => null);
      if (value) return value;
      if (Date.now() > end) throw new Error(`in vain: ${expression}\n${await this.evaluate('document.body?.innerText')}`);
    }
  }

  async click(selector) {
    await this.until(`document.querySelector(${JSON.stringify(selector)})`);
    const place = await this.evaluate(`(() => { const element = document.querySelector(${JSON.stringify(selector)});
      element.scrollIntoView({ block: 'center' }); const box = element.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 } })()`);
    await this.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...place });
    for (const type of ['mousePressed', 'mouseReleased'])
      await this.send('Input.dispatchMouseEvent', { type, ...place, button: 'left', clickCount: 1 });
  }

  type(text) {
    return this.send('Input.insertText', { text });
  }

  async key(key) {
    const params = { key, code: key, windowsVirtualKeyCode: key === 'Enter' ? 13 : 27, text: key === 'Enter' ? '\r' : undefined };
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', ...params });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...params });
  }

  dark(on) {
    return this.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: on ? 'dark' : 'light' }] });
  }

  async screenshot(path) {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    await writeFile(path, Buffer.from(data, 'base64'));
  }
}
