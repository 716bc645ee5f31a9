// The SDK's client takes the sandbox for the platform.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as lark from '@larksuiteoapi/node-sdk';
import { app, ask, cast, clientOf, scope, serve, startSandbox } from './support.js';

const text = (words) => JSON.stringify({ text: words });

const card = (words) => JSON.stringify({
    schema: '2.0',
    config: { update_multi: true },
    header: { title: { tag: 'plain_text', content: words } },
    body: { elements: [{ tag: 'markdown', content: words }] },
});

/** The code of the platform that the call fails with, and the HTTP status. */
async function refusal(call) {
    const error = await assert.rejects(call).then(() => call().catch((caught) => caught));
    assert.equal(typeof error.response?.data?.msg, 'string');
    assert.equal(typeof error.response.headers['x-tt-logid'], 'string');
    return [error.response.status, error.response.data.code];
}

describe('client', () => {
    const t = scope();
    let sandbox;
    let client;

    before(async () => {
        const url = await serve(t, (request, response) => response.end('{}'));
        sandbox = await startSandbox(t, url);
        client = clientOf(sandbox.url);
    });

    function send(chat, words, more = {}) {
        return client.im.v1.message.create({
            params: { receive_id_type: 'chat_id' },
            data: { receive_id: chat, msg_type: 'text', content: text(words), ...more },
        });
    }

    it('fetches a token by itself', async () => {
        const answer = await client.auth.v3.tenantAccessToken.internal({
            data: { app_id: app.id, app_secret: app.secret },
        });
        assert.equal(answer.code, 0);
        assert.match(answer.tenant_access_token, /^t-/);
        assert.ok(answer.expire > 0 && answer.expire <= 7200);
    });

    it('knows the bot', async () => {
        const answer = await client.request({ method: 'GET', url: '/open-apis/bot/v3/info' });
        assert.equal(answer.code, 0);
        assert.equal(answer.bot.open_id, cast.bot);
        assert.equal(answer.bot.activate_status, 2);
    });

    it('sends a text into a chat', async () => {
        const sent = await send(cast.group, 'hello');
        assert.equal(sent.code, 0);
        assert.match(sent.data.message_id, /^om_/);
        assert.equal(sent.data.chat_id, cast.group);
        assert.equal(sent.data.msg_type, 'text');
        assert.deepEqual(JSON.parse(sent.data.body.content), { text: 'hello' });
        assert.deepEqual([sent.data.sender.id, sent.data.sender.sender_type], [app.id, 'app']);
    });

    it('sends a text to a person', async () => {
        const sent = await client.im.v1.message.create({
            params: { receive_id_type: 'open_id' },
            data: { receive_id: cast.user, msg_type: 'text', content: text('hello you') },
        });
        assert.equal(sent.data.chat_id, cast.private);
    });

    it('sends the same uuid once', async () => {
        const first = await send(cast.group, 'once', { uuid: 'interop-once' });
        const second = await send(cast.group, 'once', { uuid: 'interop-once' });
        const other = await send(cast.group, 'once', { uuid: 'interop-other' });
        assert.equal(second.code, 0);
        assert.equal(second.data.message_id, first.data.message_id);
        assert.notEqual(other.data.message_id, first.data.message_id);
    });

    it('replies to what a person said', async () => {
        const said = await sandbox.say({ text: '@bot ping' });
        const reply = await client.im.v1.message.reply({
            path: { message_id: said.message_id },
            data: { msg_type: 'text', content: text('pong') },
        });
        assert.equal(reply.code, 0);
        assert.equal(reply.data.parent_id, said.message_id);
        assert.equal(reply.data.root_id, said.message_id);
        assert.equal(reply.data.chat_id, cast.group);
    });

    it('gets one message', async () => {
        const sent = await send(cast.group, 'to be got');
        const got = await client.im.v1.message.get({ path: { message_id: sent.data.message_id } });
        assert.equal(got.code, 0);
        assert.equal(got.data.items.length, 1);
        assert.equal(got.data.items[0].message_id, sent.data.message_id);
        assert.deepEqual(JSON.parse(got.data.items[0].body.content), { text: 'to be got' });
    });

    it('lists a chat, page by page', async () => {
        const ids = [];
        for (const words of ['list one', 'list two', 'list three'])
            ids.push((await send(cast.private, words)).data.message_id);
        const listed = [];
        for await (const page of await client.im.v1.message.listWithIterator({
            params: {
                container_id_type: 'chat',
                container_id: cast.private,
                sort_type: 'ByCreateTimeDesc',
                page_size: 2,
            },
        }))
            listed.push(...page.items.map((item) => item.message_id));
        assert.deepEqual(listed.slice(0, 3), ids.reverse());
        assert.equal(new Set(listed).size, listed.length);
    });

    it('lists the groups', async () => {
        const answer = await client.im.v1.chat.list({ params: { page_size: 20 } });
        assert.equal(answer.code, 0);
        assert.deepEqual(answer.data.items.map((item) => item.chat_id), [cast.group]);
        assert.equal(answer.data.has_more, false);
    });

    it('sends a card and changes it', async () => {
        const sent = await client.im.v1.message.create({
            params: { receive_id_type: 'chat_id' },
            data: { receive_id: cast.group, msg_type: 'interactive', content: card('firing') },
        });
        const id = sent.data.message_id;
        const changed = await client.im.v1.message.patch({
            path: { message_id: id },
            data: { content: card('resolved') },
        });
        assert.equal(changed.code, 0);
        const got = await client.im.v1.message.get({ path: { message_id: id } });
        assert.equal(got.data.items[0].updated, true);
        assert.match(got.data.items[0].body.content, /resolved/);
        assert.doesNotMatch(got.data.items[0].body.content, /firing/);
    });

    it('recalls a message, which cannot be answered then', async () => {
        const sent = await send(cast.group, 'to be recalled');
        const path = { message_id: sent.data.message_id };
        assert.equal((await client.im.v1.message.delete({ path })).code, 0);
        const got = await client.im.v1.message.get({ path });
        assert.equal(got.data.items[0].deleted, true);
        const reply = () => client.im.v1.message.reply({
            path, data: { msg_type: 'text', content: text('too late') },
        });
        assert.deepEqual(await refusal(reply), [400, 230011]);
    });

    it('adds a reaction and takes it away', async () => {
        const said = await sandbox.say({ text: 'hello', chat: 'p2p' });
        const added = await client.im.v1.messageReaction.create({
            path: { message_id: said.message_id },
            data: { reaction_type: { emoji_type: 'SMILE' } },
        });
        assert.equal(added.code, 0);
        const path = { message_id: said.message_id, reaction_id: added.data.reaction_id };
        assert.equal((await client.im.v1.messageReaction.delete({ path })).code, 0);
        assert.deepEqual(await refusal(() => client.im.v1.messageReaction.delete({ path })),
            [400, 231011]);
    });

    it('reads which scopes are granted', async () => {
        const answer = await client.request({
            method: 'GET', url: '/open-apis/application/v6/scopes',
        });
        const granted = answer.data.scopes.filter((scope) => scope.grant_status === 1);
        assert.ok(granted.some((scope) => scope.scope_name === 'im:message:send_as_bot'));
    });

    it('is told that the bot is not in the chat', async () => {
        assert.deepEqual(await refusal(() => send('oc_elsewhere', 'hello')), [400, 230002]);
    });

    it('is told that the content is too long', async () => {
        assert.deepEqual(await refusal(() => send(cast.group, 'x'.repeat(151000))),
            [400, 230025]);
    });

    it('is told that a card cannot be used', async () => {
        const old = JSON.stringify({ schema: '2.0', body: { elements: [{ tag: 'note' }] } });
        const call = () => send(cast.group, '', { msg_type: 'interactive', content: old });
        assert.deepEqual(await refusal(call), [400, 230099]);
    });

    it('is told that a field is missing', async () => {
        const call = () => client.im.v1.message.create({
            params: { receive_id_type: 'chat_id' },
            data: { receive_id: cast.group, content: text('hello') },
        });
        assert.deepEqual(await refusal(call), [400, 99992402]);
    });

    it('is told that there is no such API', async () => {
        const call = () => client.request({ method: 'GET', url: '/open-apis/im/v9/messages' });
        assert.deepEqual(await refusal(call), [404, 99991201]);
    });

    it('is told that its token is not valid', async () => {
        const bare = clientOf(sandbox.url, { disableTokenCache: true });
        const call = () => bare.im.v1.chat.list({}, lark.withTenantToken('t-of-somebody'));
        assert.deepEqual(await refusal(call), [400, 99991663]);
    });

    it('is told that its token is revoked, and gets another', async () => {
        const former = clientOf(sandbox.url);
        assert.equal((await former.im.v1.chat.list({})).code, 0);
        await sandbox.revoke();
        assert.deepEqual(await refusal(() => former.im.v1.chat.list({})), [400, 99991663]);
        client = clientOf(sandbox.url);
        assert.equal((await client.im.v1.chat.list({})).code, 0);
    });

    it('is told that there is no token', async () => {
        const bare = clientOf(sandbox.url, { disableTokenCache: true });
        const call = () => bare.request({ method: 'GET', url: '/open-apis/im/v1/chats' });
        assert.deepEqual(await refusal(call), [400, 99991661]);
    });

    it('gets no token with a wrong secret', async () => {
        const stranger = clientOf(sandbox.url, { appSecret: 'wrong' });
        await assert.rejects(stranger.im.v1.chat.list({}), /10015|wrong app secret/);
    });

    it('gets no token for another app', async () => {
        const stranger = clientOf(sandbox.url, { appId: 'cli_other' });
        await assert.rejects(stranger.im.v1.chat.list({}), /10014|app id not exists/);
    });

    it('is told to slow down', async () => {
        await sandbox.fault({ path: '/open-apis/im/v1/chats', code: 99991400, count: 2 });
        const call = () => client.im.v1.chat.list({});
        assert.deepEqual(await refusal(call), [429, 99991400]);
        assert.equal((await call()).code, 0);
    });

    it('leaves nothing that a person would not see', async () => {
        const { messages } = await ask(`${sandbox.url}/sandbox/messages?chat_id=${cast.group}`);
        const once = messages.filter((message) => message.text === 'once');
        assert.deepEqual(once.map((message) => message.posts), [2, 1]);
    });
});
