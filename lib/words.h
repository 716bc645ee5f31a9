/* Pure. Every sentence the bot says, in each language. */
#ifndef FEISHU_WORDS_H
#define FEISHU_WORDS_H

enum language { LANGUAGE_ZH, LANGUAGE_EN };
#endif
