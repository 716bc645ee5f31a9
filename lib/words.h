/* Pure. Every sentence the bot says, in each language. */
#ifndef FEISHU_WORDS_H
#define FEISHU_WORDS_H

enum language { LANGUAGE_ZH, LANGUAGE_EN };

/* In braces: what {1}, {2}, … stand for. */
enum phrase {
    PHRASE_HELP,               /* */
    PHRASE_HELP_FOLDER,        /* names of the folder commands, a line each */
    PHRASE_PONG,               /* milliseconds since the message was written */
    PHRASE_PONG_TIMELESS,      /* */
    PHRASE_ID,                 /* chat_id, open_id of the sender */
    PHRASE_ID_OTHER,           /* chat_id, lines of "name: open_id" */
    PHRASE_GREETING,           /* chat_id */
    PHRASE_UNKNOWN,            /* the word that is no command */
    PHRASE_UNSUPPORTED,        /* */
    PHRASE_OPEN_QUOTE,         /* */
    PHRASE_NO_KEY,             /* command */
    PHRASE_FOREIGN,            /* command */
    PHRASE_DENIED,             /* command, open_id, chat_id */
    PHRASE_OPTION,             /* command, the word */
    PHRASE_LATE,               /* command, seconds */
    PHRASE_BUSY,               /* command, how many run */
    PHRASE_UNSAFE,             /* command */
    PHRASE_NO_STORE,           /* command */
    PHRASE_NOT_STARTED,        /* command */
    PHRASE_RUNNING,            /* command */
    PHRASE_INTERRUPTED,        /* command */
    PHRASE_NO_OUTPUT,          /* command */
    PHRASE_EXIT,               /* command, exit status, "" or lines of its errors */
    PHRASE_SIGNAL,             /* command, signal number, "" or lines of its errors */
    PHRASE_TIMEOUT,            /* command, seconds, "" or lines of its errors */
    PHRASE_LEFT_OUT,           /* bytes that are not shown */
    PHRASE_REFUSED,            /* the platform's code */
    PHRASE_STATE_FIRING,       /* how many */
    PHRASE_STATE_ACKNOWLEDGED, /* how many fire */
    PHRASE_STATE_SILENCED,     /* clock time */
    PHRASE_STATE_RESOLVED,     /* */
    PHRASE_STATE_STORM,        /* how many incidents */
    PHRASE_STATE_STORM_OVER,   /* */
    PHRASE_STORM,              /* */
    PHRASE_STORM_OVER,         /* */
    PHRASE_SEVERITY_CRITICAL,  /* */
    PHRASE_SEVERITY_WARNING,   /* */
    PHRASE_SEVERITY_INFO,      /* */
    PHRASE_ALERT,              /* what has no name of its own */
    PHRASE_SINCE,              /* a moment, in the card's own markup */
    PHRASE_ENDED,              /* likewise */
    PHRASE_ACKNOWLEDGED_BY,    /* who, moment */
    PHRASE_SILENCED_BY,        /* who, moment until which */
    PHRASE_NOT_SHOWN,          /* how many alerts, how many of each severity */
    PHRASE_SOME_CRITICAL,      /* how many */
    PHRASE_SOME_WARNING,       /* how many */
    PHRASE_SOME_INFO,          /* how many */
    PHRASE_LIST,               /* one or more items, another */
    PHRASE_ENDED_NOT_SHOWN,    /* how many */
    PHRASE_SOURCE_LEFT_OUT,    /* how many */
    PHRASE_LINK_RUNBOOK,       /* */
    PHRASE_LINK_DASHBOARD,     /* */
    PHRASE_LINK_PANEL,         /* */
    PHRASE_LINK_SOURCE,        /* */
    PHRASE_BUTTON_ACKNOWLEDGE, /* */
    PHRASE_BUTTON_SILENCE,     /* how long */
    PHRASE_BUTTON_UNSILENCE,   /* */
    PHRASE_BUTTON_VIEW,        /* */
    PHRASE_BUTTON_SILENCE_AT,  /* where the source has a page for it */
    PHRASE_CONFIRM_SILENCE,    /* how long */
    PHRASE_CONFIRM_MUTES,      /* how many alerts */
    PHRASE_NOTE_JOINED,        /* how many joined, title, how many fire now */
    PHRASE_NOTE_RESOLVED,      /* title, how long it lasted */
    PHRASE_NOTE_REPEAT,        /* title, how many fire */
    PHRASE_TOAST_OLD,          /* */
    PHRASE_TOAST_DENIED,       /* */
    PHRASE_TOAST_BUSY,         /* */
    PHRASE_TOAST_ACKNOWLEDGED, /* */
    PHRASE_TOAST_TAKEN,        /* who, clock time */
    PHRASE_TOAST_SILENCED,     /* clock time until which */
    PHRASE_TOAST_SILENT,       /* who, clock time until which */
    PHRASE_TOAST_UNSILENCED,   /* */
    PHRASE_TOAST_NOT_SILENT,   /* */
    PHRASE_TOAST_NO_ANSWER,    /* */
    PHRASE_TOAST_REFUSED,      /* why */
    PHRASE_TOAST_UNKNOWN,      /* */
    PHRASE_TOAST_OVER,         /* */
    PHRASE_HELP_ALERTS,        /* */
    PHRASE_USAGE_ALERTS,       /* */
    PHRASE_USAGE_SILENCES,     /* */
    PHRASE_USAGE_SILENCE,      /* */
    PHRASE_USAGE_UNSILENCE,    /* */
    PHRASE_USAGE_ACKNOWLEDGE,  /* */
    PHRASE_ALERTS,             /* how many incidents, a line of each */
    PHRASE_NO_ALERTS,          /* */
    PHRASE_MORE_ALERTS,        /* how many incidents are not listed */
    PHRASE_UNTIL,              /* a moment */
    PHRASE_SILENCES,           /* how many, lines of each */
    PHRASE_NO_SILENCES,        /* */
    PHRASE_SILENCE_MADE,       /* moment until which, matchers, id */
    PHRASE_NO_SUCH_SILENCE,    /* id */
    PHRASE_NOT_CONFIRMED,      /* */
    PHRASE_NO_ALERTMANAGER,    /* */
    PHRASE_NOT_LISTED,         /* number */
    PHRASE_NO_CARD,            /* */
    PHRASE_COUNT
};

/* The language called "zh" or "en" into *language; false for any other name. */
_Bool words_language(const char *name, enum language *language);

/* Its name: "zh", "en". */
const char *words_language_name(enum language language);

/* The phrase with its {1}, {2}, … replaced by the arguments, a NULL-terminated array. Caller frees.
 */
char *words_say(enum language language, enum phrase phrase, const char *const *arguments);

/* "a, b": the list, NULL at first, with one more item. Frees both; caller frees. */
char *words_join(enum language language, char *list, char *item);

/* An argument array in place. */
#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

#endif
