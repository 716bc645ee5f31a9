// What the page says, in the browser's language.

const zh = {
  title: '飞书沙箱', group: '群聊', private: '机器人单聊', send: '发送', reply: '回复', cancel: '取消',
  confirm: '确定', mention: '@机器人', as: '身份', reset: '清空', guest: '另一位成员', all: '所有人',
  write: '发消息，Enter 发送，Shift+Enter 换行', beside: '事件与接口', lost: '与沙箱的连接断开，正在重连…',
  empty: '还没有消息。给机器人发一条试试：help', quiet: '还没有事件', recalled: '此消息已撤回',
  edited: '已更新', withheld: '平台未推送：', failed: '出错了，请稍后重试', late: '没有应答',
  event: '事件', callback: '回调', request: '接口', errors: '仅看出错', image: '图片', card: '卡片',
  unknown: '暂不支持显示', waiting: '等待中', sending: '推送中', delivered: '已送达', 'given up': '已放弃',
  next: '下次推送', bot: '机器人', attempt: '#',
  replyTo: '回复 ', more: '详情',
};

const en = {
  title: 'Feishu sandbox', group: 'Group', private: 'Private chat', send: 'Send', reply: 'Reply',
  cancel: 'Cancel', confirm: 'Confirm', mention: '@bot', as: 'As', reset: 'Clear',
  guest: 'Another member', all: 'All', write: 'Message. Enter sends, Shift+Enter makes a new line',
  beside: 'Events and API', lost: 'The sandbox does not answer; trying again…',
  empty: 'No messages yet. Try this one: help', quiet: 'No events yet',
  recalled: 'This message was recalled', edited: 'updated', withheld: 'The platform sent no event: ',
  failed: 'Something went wrong, try again later', late: 'no answer', event: 'event',
  callback: 'callback', request: 'API', errors: 'Errors only', image: 'image', card: 'card',
  unknown: 'not shown here', waiting: 'waiting', sending: 'sending', delivered: 'delivered',
  'given up': 'given up', next: 'again', bot: 'Bot', attempt: '#',
  replyTo: 'Reply to ', more: 'details',
};

export const chinese = navigator.language.toLowerCase().startsWith('zh');
const words = chinese ? zh : en;

export const say = (key) => words[key] ?? key;

// The platform's own keys for languages, the reader's first.
export const languages = chinese ? ['zh_cn', 'en_us'] : ['en_us', 'zh_cn'];

const locale = chinese ? 'zh-CN' : navigator.language;
const formats = new Map();

export function time(ms, options = { hour: '2-digit', minute: '2-digit', hour12: false }) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key).format(new Date(ms));
}

export function ago(ms) {
  const seconds = Math.round((ms - Date.now()) / 1000);
  const units = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
  const [unit, length] = units.find(([, each]) => Math.abs(seconds) >= each) ?? units[3];
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.round(seconds / length), unit);
}
