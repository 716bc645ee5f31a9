// The CGI answers what the SDK takes for genuine, and nothing else.
import assert from 'node:assert/strict';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { before, describe, it } from 'node:test';
import * as lark from '@larksuiteoapi/node-sdk';
import {
    app, cast, cgiListener, clientOf, configure, dispatcherOf, folder, runCgi, scope, serve,
    startSandbox,
} from './support.js';

/** {"encrypt": …} by the platform's documented algorithm. */
function encrypt(tree, key = app.key) {
    const iv = randomBytes(16);
    const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), iv);
    const parts = [iv, cipher.update(JSON.stringify(tree)), cipher.final()];
    return JSON.stringify({ encrypt: Buffer.concat(parts).toString('base64') });
}

/** The headers of a signed body. */
function sign(body, { key = app.key, seconds = Math.floor(Date.now() / 1000) } = {}) {
    const timestamp = String(seconds);
    const nonce = String(randomBytes(4).readUInt32BE());
    const signature = createHash('sha256').update(timestamp + nonce + key + body).digest('hex');
    return {
        'x-lark-request-timestamp': timestamp,
        'x-lark-request-nonce': nonce,
        'x-lark-signature': signature,
    };
}

/** A private message as the platform tells of it. */
function messageEvent(messageId, words, { token = app.token, appId = app.id } = {}) {
    const now = String(Date.now());
    return {
        schema: '2.0',
        header: {
            event_id: randomBytes(16).toString('hex'),
            token,
            create_time: now,
            event_type: 'im.message.receive_v1',
            tenant_key: cast.tenant,
            app_id: appId,
        },
        event: {
            sender: {
                sender_id: { open_id: cast.user, union_id: 'on_sandbox_user', user_id: null },
                sender_type: 'user',
                tenant_key: cast.tenant,
            },
            message: {
                message_id: messageId,
                create_time: now,
                update_time: now,
                chat_id: cast.private,
                chat_type: 'p2p',
                message_type: 'text',
                content: JSON.stringify({ text: words }),
            },
        },
    };
}

/** Whether the SDK's receiver takes the request for genuine. */
async function sdkAccepts({ headers, body }) {
    let accepted = false;
    const dispatcher = dispatcherOf({ 'im.message.receive_v1': () => { accepted = true; } });
    const data = Object.assign(Object.create({ headers }), JSON.parse(body));
    await dispatcher.invoke(data);
    return accepted;
}

const challenge = (token = app.token) =>
    ({ challenge: 'c-interop', token, type: 'url_verification' });

describe('the bot', () => {
    const t = scope();
    let sandbox;
    let client;
    let config;

    before(async () => {
        sandbox = await startSandbox(t, await serve(t, cgiListener(() => config)));
        config = await configure(await folder(t), sandbox.url);
        client = clientOf(sandbox.url);
    });

    /** A signed request about a message that there is, with the changes of a test. */
    async function request(words, change = {}) {
        const sent = await client.im.v1.message.create({
            params: { receive_id_type: 'chat_id' },
            data: {
                receive_id: cast.private,
                msg_type: 'text',
                content: JSON.stringify({ text: words }),
            },
        });
        const messageId = sent.data.message_id;
        const body = encrypt(messageEvent(messageId, words, change), change.key);
        return { messageId, body, headers: sign(body, change) };
    }

    /** The messages that are replies to the one with this id, as the SDK's client reads them. */
    async function repliesTo(messageId) {
        const replies = [];
        for await (const page of await client.im.v1.message.listWithIterator({
            params: { container_id_type: 'chat', container_id: cast.private, page_size: 50 },
        }))
            replies.push(...page.items.filter((item) => item.parent_id === messageId));
        return replies;
    }

    it('answers an encrypted challenge that the SDK can read', async () => {
        const body = encrypt(challenge());
        const read = new lark.AESCipher(app.key).decrypt(JSON.parse(body).encrypt);
        assert.deepEqual(JSON.parse(read), challenge());
        const answer = await runCgi(config, { body });
        assert.equal(answer.status, 200);
        assert.deepEqual(JSON.parse(answer.text), { challenge: 'c-interop' });
    });

    it('refuses challenges with a wrong token, with a wrong key, and plain ones', async () => {
        const bodies = [
            encrypt(challenge('wrong')),
            encrypt(challenge(), 'another key'),
            JSON.stringify(challenge()),
        ];
        for (const body of bodies)
            assert.equal((await runCgi(config, { body })).status, 401);
    });

    it('answers an event that the SDK takes for genuine', async () => {
        const made = await request('ping');
        assert.equal(await sdkAccepts(made), true);
        const answer = await runCgi(config, made);
        assert.equal(answer.status, 200, answer.log);
        const replies = await repliesTo(made.messageId);
        assert.deepEqual(replies.map((reply) => reply.message_id),
            [JSON.parse(answer.text).message_id]);
        assert.match(JSON.parse(replies[0].body.content).text, /^pong \(\d+ ms after you wrote\)$/);
    });

    it('answers it once', async () => {
        const made = await request('ping');
        const first = await runCgi(config, made);
        const second = await runCgi(config, made);
        assert.equal(first.status, 200, first.log);
        assert.deepEqual([second.status, second.text], [200, '{}']);
        assert.equal((await repliesTo(made.messageId)).length, 1);
    });

    it('refuses what the SDK refuses', async () => {
        const made = await request('ping');
        const flipped = `${made.body.slice(0, -10)}${made.body.at(-10) === 'A' ? 'B' : 'A'}${
            made.body.slice(-9)}`;
        const changes = [
            { ...made, headers: { ...made.headers, 'x-lark-signature': '0'.repeat(64) } },
            { ...made, headers: { ...made.headers, 'x-lark-request-nonce': '1' } },
            { ...made, headers: {} },
            { ...made, headers: sign(made.body, { key: 'another key' }) },
            { ...made, body: flipped },
        ];
        for (const changed of changes) {
            assert.equal(await sdkAccepts(changed), false);
            assert.equal((await runCgi(config, changed)).status, 401);
        }
        assert.deepEqual(await repliesTo(made.messageId), []);
    });

    it('refuses more than the SDK: age, token and app', async () => {
        const yesterday = Math.floor(Date.now() / 1000) - 86400;
        for (const change of [{ seconds: yesterday }, { token: 'wrong' }, { appId: 'cli_other' }]) {
            const made = await request('ping', change);
            assert.equal(await sdkAccepts(made), true);
            assert.equal((await runCgi(config, made)).status, 401);
            assert.deepEqual(await repliesTo(made.messageId), []);
        }
    });

    it('answers people of the sandbox, where the SDK finds the reply', async () => {
        const said = await sandbox.say({ text: '@bot id' });
        assert.equal((await sandbox.waitForDelivery(said.event_id)).reached, true);
        const [delivery] = await sandbox.deliveries(said.event_id);
        assert.equal(delivery.attempts[0].status, 200);
        const id = JSON.parse(delivery.attempts[0].body).message_id;
        const got = await client.im.v1.message.get({ path: { message_id: id } });
        assert.equal(got.data.items[0].parent_id, said.message_id);
        assert.equal(JSON.parse(got.data.items[0].body.content).text,
            `chat: ${cast.group}\nyou: ${cast.user}`);
    });

    it('passes the check of its URL', async () => {
        const report = await sandbox.verify();
        assert.deepEqual([report.ok, report.status], [true, 200]);
    });
});
