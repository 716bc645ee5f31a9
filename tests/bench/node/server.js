// The official SDK on express, as its manual shows it, with a handler that does nothing: what
// feishu.cgi's throughput is compared with. Prints "listening on PORT".
import * as lark from '@larksuiteoapi/node-sdk';
import express from 'express';

const dispatcher = new lark.EventDispatcher({
    encryptKey: process.env.KEY,
    verificationToken: process.env.TOKEN,
    loggerLevel: lark.LoggerLevel.error,
}).register({ 'im.message.receive_v1': () => ({}) });

const server = express();
server.use(express.json());
server.post('/feishu/event', lark.adaptExpress(dispatcher, { autoChallenge: true }));
const listener = server.listen(0, '127.0.0.1', () => {
    console.log(`listening on ${listener.address().port}`);
});
