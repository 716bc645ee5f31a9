// What the tests share: a sandbox with a configuration of its own, HTTP servers on loopback, the CGI.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import * as lark from '@larksuiteoapi/node-sdk';

export const app = {
    id: 'cli_interop',
    secret: 'secret-of-interop',
    token: 'token-of-interop',
    key: 'key-of-interop',
};

// As the sandbox has them.
export const cast = {
    bot: 'ou_sandbox_bot',
    user: 'ou_sandbox_user',
    group: 'oc_sandbox_group',
    private: 'oc_sandbox_p2p',
    tenant: 'sandbox_tenant',
};

const silent = Object.fromEntries(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace'].map((level) => [level, () => {}]));

function program(name) {
    return path.join(process.env.FEISHU_BUILD, name);
}

/** The SDK's client of the platform at url, with a token cache of its own. */
export function clientOf(url, settings = {}) {
    return new lark.Client({
        appId: app.id,
        appSecret: app.secret,
        appType: lark.AppType.SelfBuild,
        domain: url,
        cache: new lark.DefaultCache(),
        logger: silent,
        ...settings,
    });
}

/** The SDK's receiver of events. */
export function dispatcherOf(handlers, { key = app.key } = {}) {
    return new lark.EventDispatcher({
        encryptKey: key,
        verificationToken: app.token,
        logger: silent,
    }).register(handlers);
}

/** For a describe, what the context t is for a test: whatever is given to `after` is done when its
 * tests are over. */
export function scope() {
    const undone = [];
    after(async () => {
        while (undone.length > 0)
            await undone.pop()();
    });
    return { after: (undo) => undone.push(undo) };
}

/** An HTTP server on loopback, closed when the test t is over. Returns its URL. */
export async function serve(t, listener) {
    const server = http.createServer(listener);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
        server.closeAllConnections();
        server.close();
    });
    return `http://127.0.0.1:${server.address().port}`;
}

/** A folder that goes with the test t. */
export async function folder(t) {
    const made = await mkdtemp(path.join(tmpdir(), 'feishu-interop-'));
    t.after(() => rm(made, { recursive: true, force: true }));
    return made;
}

/** Writes a configuration into the folder and returns its path. */
export async function configure(directory, baseUrl, { key = app.key } = {}) {
    const file = path.join(directory, 'feishu.conf');
    await writeFile(file, `app {
  id = '${app.id}'
  secret = '${app.secret}'
  verification_token = '${app.token}'
  ${key === '' ? '' : `encrypt_key = '${key}'`}
  base_url = '${baseUrl}'
}
bot { language = 'en' }
store { url = 'dir:${directory}/store' }
log { target = 'stderr' }
`, { mode: 0o600 });
    return file;
}

/** POST or GET of JSON, past the SDK. */
export async function ask(url, body) {
    const answer = await fetch(url, body === undefined ? {} : {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
    });
    return answer.json();
}

/** A sandbox that sends its events to eventUrl, ended when the test t is over. */
export async function startSandbox(t, eventUrl, settings = {}) {
    const file = await configure(await folder(t), 'http://127.0.0.1:1', settings);
    const child = spawn(program('feishu-sandbox'),
        ['--config', file, '--listen', '127.0.0.1:0', '--event-url', eventUrl, '--no-limits'],
        { env: {}, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    t.after(async () => {
        child.kill('SIGTERM');
        await ended;
    });
    const said = once(createInterface(child.stdout), 'line');
    const [line] = await Promise.race([said, ended.then(([status]) => [`exit status ${status}`])]);
    const url = /^listening on (\S+)$/.exec(line)?.[1];
    if (url === undefined)
        throw new Error(`feishu-sandbox: ${line}`);
    return {
        url,
        say: (saying) => ask(`${url}/sandbox/say`, saying),
        verify: () => ask(`${url}/sandbox/verify`, {}),
        revoke: () => ask(`${url}/sandbox/revoke`, {}),
        fault: (fault) => ask(`${url}/sandbox/fault`, fault),
        deliveries: async (id) =>
            (await ask(`${url}/sandbox/deliveries?event_id=${id}`)).deliveries,
        messages: async () => (await ask(`${url}/sandbox/messages`)).messages,
        waitForDelivery: (id) =>
            ask(`${url}/sandbox/wait?what=deliveries&state=attempt&event_id=${id}`),
    };
}

/** One request to feishu.cgi as a web server makes it; resolves to status and body. */
export async function runCgi(config, { method = 'POST', path: info = '/event', headers = {}, body }) {
    const env = {
        GATEWAY_INTERFACE: 'CGI/1.1',
        REQUEST_METHOD: method,
        PATH_INFO: info,
        REMOTE_ADDR: '127.0.0.1',
        CONTENT_LENGTH: String(Buffer.byteLength(body)),
        FEISHU_CONFIG: config,
    };
    for (const [name, value] of Object.entries(headers))
        env[`HTTP_${name.toUpperCase().replaceAll('-', '_')}`] = value;
    const child = spawn(program('feishu.cgi'), [], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const pieces = [];
    let log = '';
    child.stdout.on('data', (piece) => pieces.push(piece));
    child.stderr.on('data', (piece) => { log += piece; });
    child.stdin.on('error', () => {});
    child.stdin.end(body);
    await once(child, 'close');
    const answer = Buffer.concat(pieces).toString();
    const [head, text] = answer.split('\r\n\r\n', 2);
    const status = /^Status: (\d+)/m.exec(head)?.[1];
    return { status: Number(status), text, log };
}

/** A listener that lets feishu.cgi answer, as a web server would. */
export function cgiListener(config) {
    return async (request, response) => {
        const pieces = [];
        for await (const piece of request)
            pieces.push(piece);
        const answer = await runCgi(config(), {
            method: request.method,
            path: request.url,
            headers: request.headers,
            body: Buffer.concat(pieces),
        });
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(answer.text);
    };
}
