// The SDK's receiver of events takes the sandbox for the platform.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as lark from '@larksuiteoapi/node-sdk';
import { app, cast, dispatcherOf, serve, startSandbox } from './support.js';

const path = '/event';

/** A sandbox that sends to an SDK receiver with these handlers. */
async function connect(t, handlers, { key = app.key, receiverKey = key } = {}) {
    const dispatcher = dispatcherOf(handlers, { key: receiverKey });
    const answer = lark.adaptDefault(path, dispatcher, { autoChallenge: true });
    const seen = [];
    const url = await serve(t, (request, response) => {
        seen.push(request.headers);
        return answer(request, response).catch(() => response.writeHead(500).end());
    });
    const sandbox = await startSandbox(t, url + path, { key });
    return { sandbox, seen };
}

const schemes = [
    { name: 'encrypted and signed', key: app.key },
    { name: 'plain', key: '' },
];

for (const { name, key } of schemes) {
    describe(`events, ${name}`, () => {
        it('pass the check of the URL', async (t) => {
            const { sandbox, seen } = await connect(t, {}, { key });
            const report = await sandbox.verify();
            assert.deepEqual([report.ok, report.status], [true, 200]);
            assert.equal(seen.length, 1);
            assert.equal(seen[0]['x-lark-signature'], undefined);
        });

        it('reach the handler of messages', async (t) => {
            const received = [];
            const handlers = { 'im.message.receive_v1': (event) => void received.push(event) };
            const { sandbox, seen } = await connect(t, handlers, { key });
            const said = await sandbox.say({ text: '@bot deploy web @ou_colleague' });
            assert.equal((await sandbox.waitForDelivery(said.event_id)).reached, true);
            assert.equal(received.length, 1);
            const [event] = received;
            assert.equal(event.event_id, said.event_id);
            assert.equal(event.token, app.token);
            assert.equal(event.app_id, app.id);
            assert.equal(event.tenant_key, cast.tenant);
            assert.equal(event.message.message_id, said.message_id);
            assert.equal(event.sender.sender_id.open_id, cast.user);
            assert.equal(seen[0]['content-type'], 'application/json;charset=utf-8');
            assert.equal(seen[0]['x-lark-signature'] !== undefined, key !== '');
            const message = await lark.normalize(event, { botIdentity: { openId: cast.bot } });
            assert.equal(message.mentionedBot, true);
            assert.match(message.content.trim(), /^deploy web @/);
            assert.deepEqual([message.chatId, message.chatType], [cast.group, 'group']);
        });

        it('reach the handler of the old schema', async (t) => {
            const received = [];
            const { sandbox } = await connect(t, { message: (event) => void received.push(event) },
                { key });
            const said = await sandbox.say({ text: 'ping', chat: 'p2p', schema: '1.0' });
            await sandbox.waitForDelivery(said.event_id);
            assert.equal(received.length, 1);
            const [event] = received;
            assert.equal(event.uuid, said.event_id);
            assert.equal(event.open_message_id, said.message_id);
            assert.deepEqual([event.chat_type, event.text_without_at_bot], ['private', 'ping']);
        });

        it('are over once the handler is done', async (t) => {
            const { sandbox } = await connect(t, { 'im.message.receive_v1': () => 'done' }, { key });
            const said = await sandbox.say({ text: 'hello', chat: 'p2p' });
            await sandbox.waitForDelivery(said.event_id);
            const [delivery] = await sandbox.deliveries(said.event_id);
            assert.equal(delivery.state, 'delivered');
            assert.deepEqual(delivery.attempts.map((attempt) => attempt.status), [200]);
        });
    });
}

describe('events with another key', () => {
    it('are turned away by the receiver', async (t) => {
        const received = [];
        const handlers = { 'im.message.receive_v1': (event) => void received.push(event) };
        const { sandbox } = await connect(t, handlers, { receiverKey: 'another key' });
        const said = await sandbox.say({ text: 'hello', chat: 'p2p' });
        await sandbox.waitForDelivery(said.event_id);
        assert.equal(received.length, 0);
        assert.equal((await sandbox.verify()).ok, false);
    });
});
