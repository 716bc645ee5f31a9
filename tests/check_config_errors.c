/* What is refused, and in which words. Every row holds a secret that no error may show. */
#include "suite.h"

#include <string.h>

#include "config.h"
#include "error.h"
#include "memory.h"

/* Looks like a key, so that nothing but care keeps it out of an error. */
#define MARKER "s3cr3t"

#define ID    "app { id = 'cli_1'\n"
#define START ID "secret = '" MARKER "'\n"
#define APP   "app { id = 'cli_1' secret = '" MARKER "' }\n"

#define TEXTS  "; texts stand in '…'"
#define NUMBER "a number is needed, without quotes"
#define NEEDED "a text is needed: '…'"
#define LISTED "a list is needed: {'…', '…'}"
#define TWICE  "stands here for the second time"
#define URL    "must be 'https://HOST' or 'https://HOST:PORT'"
#define BEHIND "something follows the closing quote; a quote in a text is written \\'"
#define CLOSE  "the quote is not closed on its line"
#define NO_KEY "a word that is no key; texts stand in '…'"
#define WORD   "only letters, digits and _ - . may stand without quotes"
#define CLEAN  "a text must be UTF-8 without control characters"
#define DOLLAR "${ may not stand in a text"
#define KEY    "a key is missing here; texts stand in '…'"
#define PLUS   "+= is not allowed; give all of it with one ="
#define TITLE                                                                                      \
    "its title must be a command's name: a-z, 0-9, _ and -, at most 64, and no _ or - first"
#define SECONDS "must be a whole number from 1 to 86400"
#define SECTION "no such section in here; is a } missing before it?"
#define STORE                                                                                      \
    "must be 'dir:/FOLDER', 'redis://[USER:PASSWORD@]HOST[:PORT][/DB]', 'unix:///SOCKET[?db=DB]' " \
    "or 'none'"
#define PATH      "must be an absolute path, '/…'"
#define TOKEN     "must have 1 to 32 characters"
#define BOTH      "give the value or the file, not both"
#define LOCAL     "http is for loopback addresses only; write https"
#define EVENT_URL "must be 'https://HOST/PATH', as in Feishu's console"
#define PROXY     "must be 'http://HOST:PORT', or '' for none"
#define PERSON    "must be an open_id, 'ou_…': \"@bot id\" tells it"
#define CHAT      "must be a chat_id, 'oc_…': \"@bot id\" tells it"
#define BACKSLASH "in \"…\" a backslash only keeps a quote or a backslash; write '…'"
#define VALUE     "a value is missing here; texts stand in '…'"

static bool read_file(const char *path, struct secret *secret, struct error *error)
{
    static const char long_one[] = MARKER MARKER MARKER MARKER MARKER MARKER;
    if (strcmp(path, "/missing") == 0)
        return error_set(error, ERROR_INTERNAL, "%s: No such file or directory", path);
    if (strcmp(path, "/empty") == 0)
        secret_set(secret, "", 0);
    else if (strcmp(path, "/nul") == 0)
        secret_set(secret, MARKER "\0x", sizeof(MARKER "\0x") - 1);
    else if (strcmp(path, "/newline") == 0)
        secret_set(secret, MARKER "\n", sizeof(MARKER "\n") - 1);
    else if (strcmp(path, "/latin") == 0)
        secret_set(secret, MARKER "\xe9", sizeof(MARKER "\xe9") - 1);
    else
        secret_set(secret, long_one, sizeof(long_one) - 1);
    return true;
}

static const struct {
    const char *text;
    const char *error; /* behind the file's name */
} rows[] = {
    /* required keys */
    { "", "1: app.id: is missing" },
    { "\n\n", "2: app.id: is missing" },
    { "bot { }\n# the end", "2: app.id: is missing" },
    { "\n\napp\n{\n}\n", "3: app.id: is missing" },
    { "app { secret = '" MARKER "' }", "1: app.id: is missing" },
    { "\napp { id = 'i'\n}", "2: app.secret: is missing; give it or secret_file" },

    /* names */
    { START "secert = 'x' }", "3: app.secert: no such key" },
    { START "secret2 { } }", "3: app.secret2: " SECTION },
    { START "bot { }", "3: app.bot: " SECTION },
    { START "\n command 'x' { }", "4: app.command: " SECTION },
    { APP "timeout = 60", "2: timeout: no such key" },
    { APP "robot { }", "2: robot: no such section" },
    { APP "robot 'x' { }", "2: robot: no such section" },
    { APP "id = 'x'", "2: id: no such key" },
    { APP "App { }", "2: configuration: no such section" },
    { APP "app|id = 'x'", "2: app: a { is missing after the section" },
    { APP "commands { options = true }", "2: commands.options: no such key" },
    { APP "command 'x' { directory = '/x' }", "2: command.directory: no such key" },
    { APP "command 'x' { open_id = 'x' }", "2: command.open_id: no such key" },
    { APP "store { state_file = '/x' }", "2: store.state_file: no such key" },
    { START "base_url_file = '/x' }", "3: app.base_url_file: no such key" },
    { START "ID = 'x' }", "3: app: no such key" },
    { START "'id' = 'x' }", "3: app: " KEY },
    { APP "include('/etc/passwd')", "2: configuration: " NO_KEY },
    { APP "__unknown = 'x'", "2: __unknown: no such key" },

    /* repeated */
    { START "id = 'cli_2' }", "3: app.id: " TWICE },
    { START "secret = '" MARKER "2' }", "3: app.secret: " TWICE },
    { APP "app { }", "2: app: " TWICE },
    { APP "bot { } log { }\nbot\n{ }", "3: bot: " TWICE },
    { APP "command 'a' { }\ncommand 'b' { }\ncommand \"a\" { }", "4: command: " TWICE },
    { APP "command 'a' { } command a { }", "2: command: " TWICE },
    { APP "commands { people = {'ou_1'}\npeople = {'ou_2'} }", "3: commands.people: " TWICE },
    { APP "commands { people = {}\npeople = {} }", "3: commands.people: " TWICE },
    { APP "commands { people += {'ou_2'} }", "2: commands.people: " PLUS },
    { APP "commands { people = {'ou_1'}\npeople += {'ou_2'} }", "3: commands.people: " TWICE },
    { ID "secret += '" MARKER "' }", "2: app.secret: " PLUS },
    { START "secret_file = '/x' }", "3: app.secret_file: " BOTH },
    { ID "secret_file = '/x'\nsecret = '" MARKER "' }", "3: app.secret: " BOTH },
    { START "encrypt_key = 'k' encrypt_key_file = '/x' }", "3: app.encrypt_key_file: " BOTH },
    { ID "secret_file = '/x' secret_file = '/x' }", "2: app.secret_file: " TWICE },

    /* open or closed where it should not */
    { START "\n", "1: app: its } is missing" },
    { APP "\ncommand 'x' {\ncommands\n", "4: command: " NO_KEY },
    { APP "bot { language = 'zh'\n# }", "2: bot: its } is missing" },
    { APP "}", "2: configuration: a } that closes nothing" },
    { APP "bot {\n{ }", "3: bot: " KEY },
    { APP "bot", "2: bot: a { is missing after the section" },
    { APP "bot = 'x'", "2: bot: a { is missing after the section" },
    { APP "bot 'x' { }", "2: bot: this section has no title" },
    { APP "command { }", "2: command: a title is missing: '…'" },
    { APP "command 'x' 'y' { }", "2: command: a { is missing after the section" },
    { START "id", "3: app.id: " TWICE },
    { START "ca '/x' }", "3: app.ca: a = is missing after the key" },
    { START "ca = }", "3: app.ca: " VALUE },
    { START "ca =", "3: app.ca: " VALUE },
    { START "ca = = '/x' }", "3: app.ca: " VALUE },
    { START "/* }", "3: app: a comment is not closed: its */ is missing" },
    { START "ca = /* '/x' }", "3: app.ca: a comment is not closed: its */ is missing" },
    { APP "commands { people = {'ou_1' 'ou_2'} }",
      "2: commands.people: a comma or } is missing in the list" },
    { APP "commands { people = {'ou_1'",
      "2: commands.people: a comma or } is missing in the list" },
    { APP "commands { people = {", "2: commands.people: " VALUE },
    { APP "commands { people = {,} }", "2: commands.people: " VALUE },
    { APP "commands { people = {'ou_1',,} }", "2: commands.people: " VALUE },
    { APP "commands { people = {*} }", "2: commands.people: " VALUE },
    { APP "commands { people = {{'ou_1'}} }", "2: commands.people: " VALUE },

    /* quotes */
    { ID "secret = '" MARKER, "2: app.secret: " CLOSE },
    { ID "secret = \"" MARKER "\n\" }", "2: app.secret: " CLOSE },
    { ID "secret = '" MARKER "\r\n' }", "2: app.secret: " CLOSE },
    { ID "secret = '" MARKER "\\\n' }", "2: app.secret: " CLOSE },
    { ID "secret = '" MARKER "\\' }", "2: app.secret: " CLOSE },
    { ID "secret = '" MARKER "\"", "2: app.secret: " CLOSE },
    { ID "secret = \"" MARKER "\\\n\" }", "2: app.secret: " BACKSLASH },
    { ID "secret = \"" MARKER "\\n\" }", "2: app.secret: " BACKSLASH },
    { ID "secret = \"" MARKER "\\x00\" }", "2: app.secret: " BACKSLASH },
    { ID "secret = \"" MARKER "\\000\" }", "2: app.secret: " BACKSLASH },
    { ID "secret = \"" MARKER "$\\{HOME}\" }", "2: app.secret: " BACKSLASH },
    { ID "secret = '" MARKER "${HOME}' }", "2: app.secret: " DOLLAR },
    { ID "secret = \"" MARKER "${HOME}\" }", "2: app.secret: " DOLLAR },
    { ID "secret = ${HOME} }", "2: app.secret: " DOLLAR },
    { ID "secret = '\\${HOME}' }", "2: app.secret: " DOLLAR },
    { APP "${HOME}", "2: configuration: " KEY },
    { APP "commands { people = {${HOME}} }", "2: commands.people: " DOLLAR },
    { APP "command \"${HOME}\" { }", "2: command: " DOLLAR },
    { START "ca = '/a\tb' }", "3: app.ca: " CLEAN },
    { START "ca = '/a\033[1mb' }", "3: app.ca: " CLEAN },
    { START "ca = '/a\rb' }", "3: app.ca: " CLEAN },
    { START "ca = '/a\177b' }", "3: app.ca: " CLEAN },
    { START "ca = '/a\302\205b' }", "3: app.ca: " CLEAN },
    { START "ca = '/a\351b' }", "3: app.ca: " CLEAN },
    { START "ca = '/a\300\257b' }", "3: app.ca: " CLEAN },
    { START "ca = ‘/a’ }", "3: app.ca: " VALUE },
    { APP "\357\273\277bot { }", "2: configuration: " KEY },
    { APP "\033bot { }", "2: configuration: " KEY },
    { APP "bot\r{ }", "2: bot: a { is missing after the section" },

    /* what follows a value */
    { ID "secret = '" MARKER "'x }", "2: app.secret: " BEHIND },
    { ID "secret = 'it's " MARKER "' }", "2: app.secret: " BEHIND },
    { ID "secret = 'x'" MARKER " = 'y' }", "2: app.secret: " BEHIND },
    { ID "secret = '" MARKER "'; }", "2: app.secret: " BEHIND },
    { ID "secret = '" MARKER "'# }", "2: app.secret: " BEHIND },
    { ID "secret = '" MARKER "'// }", "2: app.secret: " BEHIND },
    { ID "secret = '" MARKER "'/* */ }", "2: app.secret: " BEHIND },
    { ID "secret = '" MARKER "''" MARKER "' }", "2: app.secret: " BEHIND },
    { ID "secret = '" MARKER "'\"\" }", "2: app.secret: " BEHIND },
    { ID "secret = " MARKER "#x }", "2: app.secret: " WORD },
    { ID "secret = " MARKER "//x }", "2: app.secret: " WORD },
    { ID "secret = " MARKER "*x }", "2: app.secret: " WORD },
    { ID "secret = " MARKER "=x }", "2: app.secret: " WORD },
    { ID "secret = " MARKER "'x' }", "2: app.secret: " WORD },
    { ID "secret = " MARKER "+= }", "2: app.secret: " WORD },
    { START "base_url = https://x }", "3: app.base_url: " WORD },
    { START "max_age = 60; }", "3: app.max_age: " WORD },

    /* a secret that lies about is not called by its name */
    { ID "secret '" MARKER "' }", "2: app.secret: a = is missing after the key" },
    { ID "secret " MARKER " }", "2: app.secret: a = is missing after the key" },
    { ID "secret " MARKER " = }", "2: app.secret: a = is missing after the key" },
    { ID "secret = 'x' " MARKER " }", "2: app: " NO_KEY },
    { ID "secret = 'x' " MARKER " = 'y' }", "2: app: " NO_KEY },
    { ID "secret = 'x' " MARKER " { } }", "2: app: " NO_KEY },
    { ID "secret = x " MARKER " 'x' }", "2: app: " NO_KEY },
    { ID "secret =\n'x' " MARKER " = 'y' }", "3: app: " NO_KEY },
    { ID "secret = ''\n" MARKER "\n}", "3: app: " NO_KEY },
    { ID "secret = 'x' /*\n*/ " MARKER "\n}", "3: app: " NO_KEY },
    { ID "secret = 'x' '" MARKER "' }", "2: app: " KEY },
    { ID "secret = {'" MARKER "'} }", "2: app.secret: " NEEDED },
    { ID "token " MARKER " }", "2: app: " NO_KEY },
    { "app { id = '" MARKER " x' secret = 'x' }", "1: app.id: must be the app's App ID, 'cli_…'" },
    { APP "commands { timeout = " MARKER " }", "2: commands.timeout: " SECONDS },
    { APP "command '" MARKER "!' { }", "2: command: " TITLE },
    { APP "commands { people = {'" MARKER "'} }", "2: commands.people: " PERSON },
    { ID "secret_file = '" MARKER "' }", "2: app.secret_file: " PATH },

    /* the line is the key's, in whatever the error is */
    { APP "commands {\n people\n = {\n 'ou_1', # one\n 'ou_2',\n 'x'\n } }",
      "3: commands.people: " PERSON },
    { APP "commands {\n people = {\n 'ou_1',\n 'ou_2'\n 'ou_3' } }",
      "6: commands.people: a comma or } is missing in the list" },
    { APP "commands {\n people = {\n 'ou_1',\n 'ou_2,\n 'ou_3' } }", "5: commands.people: " CLOSE },
    { APP "/* \n\n */ bot # \n { // \n\n language\n=\n'fr'\n}",
      "7: bot.language: must be one of: 'zh' 'en'" },
    { APP "command 'a' {\r\n}\r\ncommand 'b' {\r\n timeout = 0\r\n}",
      "5: command.timeout: " SECONDS },

    /* kinds of values */
    { START "max_age = '60' }", "3: app.max_age: " NUMBER },
    { START "max_age = \"60\" }", "3: app.max_age: " NUMBER },
    { START "max_age = {60} }", "3: app.max_age: " NUMBER },
    { START "ca = {'/x'} }", "3: app.ca: " NEEDED },
    { START "secret_file = {'/x'} }", "3: app.secret_file: " BOTH },
    { APP "bot { language = {'zh'} }", "2: bot.language: " NEEDED },
    { APP "commands { people = 'ou_1' }", "2: commands.people: " LISTED },
    { APP "commands { people = ou_1 }", "2: commands.people: " LISTED },
    { APP "commands { people\n=\n'ou_1' }", "4: commands.people: " LISTED },
    { APP "command 'x' { options = 'true' }",
      "2: command.options: true or false is needed, without quotes" },
    { APP "command 'x' { options = yes }", "2: command.options: must be true or false" },
    { APP "command 'x' { options = 1 }", "2: command.options: must be true or false" },
    { APP "bot { language = 'fr' }", "2: bot.language: must be one of: 'zh' 'en'" },
    { APP "bot { language = '' }", "2: bot.language: must be one of: 'zh' 'en'" },
    { APP "bot { language = 'ZH' }", "2: bot.language: must be one of: 'zh' 'en'" },
    { APP "log { target = 'file' }", "2: log.target: must be one of: 'syslog' 'stderr'" },

    /* numbers */
    { APP "commands { timeout = 8junk }", "2: commands.timeout: " SECONDS },
    { APP "commands { timeout = 1.5 }", "2: commands.timeout: " SECONDS },
    { APP "commands { timeout = -5 }", "2: commands.timeout: " SECONDS },
    { APP "commands { timeout = +5 }", "2: commands.timeout: " VALUE },
    { APP "commands { timeout = 0x10 }", "2: commands.timeout: " SECONDS },
    { APP "commands { timeout = 1e3 }", "2: commands.timeout: " SECONDS },
    { APP "commands { timeout = 0 }", "2: commands.timeout: " SECONDS },
    { APP "commands { timeout = 86401 }", "2: commands.timeout: " SECONDS },
    { APP "commands { timeout = 18446744073709551617 }", "2: commands.timeout: " SECONDS },
    { APP "commands { max_delay = 0 }", "2: commands.max_delay: " SECONDS },
    { APP "commands { max_delay = 86401 }", "2: commands.max_delay: " SECONDS },
    { APP "command 'x' { timeout = 0 }", "2: command.timeout: " SECONDS },
    { APP "command 'x' { max_delay = 86401 }", "2: command.max_delay: " SECONDS },
    { APP "store { lease = 2 }", "2: store.lease: must be a whole number from 3 to 14" },
    { APP "store { lease = 15 }", "2: store.lease: must be a whole number from 3 to 14" },
    { APP "store { uuid_life = 0 }", "2: store.uuid_life: must be a whole number from 1 to 3600" },
    { APP "store { uuid_life = 3601 }",
      "2: store.uuid_life: must be a whole number from 1 to 3600" },
    { START "max_age = 59 }", "3: app.max_age: must be 0 or a whole number from 60 to 604800" },
    { START "max_age = 604801 }", "3: app.max_age: must be 0 or a whole number from 60 to 604800" },

    /* the app */
    { "app { id = '' secret = 'x' }", "1: app.id: must be the app's App ID, 'cli_…'" },
    { "app { id = 'cli_…' secret = 'x' }", "1: app.id: must be the app's App ID, 'cli_…'" },
    { "app { id = 'cli/1' secret = 'x' }", "1: app.id: must be the app's App ID, 'cli_…'" },
    { ID "secret = '' }", "2: app.secret: must have 1 to 256 characters" },
    { ID "secret = ' " MARKER "' }", "2: app.secret: has a space at one of its ends" },
    { ID "secret = '" MARKER " ' }", "2: app.secret: has a space at one of its ends" },
    { START "verification_token = '' }", "3: app.verification_token: " TOKEN },
    { START "verification_token = '" MARKER "789012345678901234567890123' }",
      "3: app.verification_token: " TOKEN },
    { START "encrypt_key = '' }", "3: app.encrypt_key: " TOKEN },
    { START "encrypt_key = '" MARKER "789012345678901234567890123' }",
      "3: app.encrypt_key: " TOKEN },
    { ID "secret_file = 'relative' }", "2: app.secret_file: " PATH },
    { ID "secret_file = '' }", "2: app.secret_file: " PATH },
    { ID "\nsecret_file = '/missing' }",
      "3: app.secret_file: /missing: No such file or directory" },
    { ID "secret_file = '/empty' }", "2: app.secret_file: must have 1 to 256 characters" },
    { ID "secret_file = '/nul' }", "2: app.secret_file: must be UTF-8 without control characters" },
    { ID "secret_file = '/newline' }",
      "2: app.secret_file: must be UTF-8 without control characters" },
    { ID "secret_file = '/latin' }",
      "2: app.secret_file: must be UTF-8 without control characters" },
    { START "encrypt_key_file = '/long' }", "3: app.encrypt_key_file: " TOKEN },
    { START "verification_token_file = '/long' }", "3: app.verification_token_file: " TOKEN },
    { START "ca = 'certs' }", "3: app.ca: " PATH },
    { START "ca = '' }", "3: app.ca: " PATH },

    /* addresses */
    { START "base_url = '' }", "3: app.base_url: " URL },
    { START "base_url = 'open.feishu.cn' }", "3: app.base_url: " URL },
    { START "base_url = 'HTTPS://open.feishu.cn' }", "3: app.base_url: " URL },
    { START "base_url = 'ftp://open.feishu.cn' }", "3: app.base_url: " URL },
    { START "base_url = 'https://' }", "3: app.base_url: " URL },
    { START "base_url = 'https:///' }", "3: app.base_url: " URL },
    { START "base_url = 'https://open.feishu.cn//' }", "3: app.base_url: " URL },
    { START "base_url = 'https://open.feishu.cn/open-apis' }", "3: app.base_url: " URL },
    { START "base_url = 'https://open.feishu.cn?x' }", "3: app.base_url: " URL },
    { START "base_url = 'https://open.feishu.cn#x' }", "3: app.base_url: " URL },
    { START "base_url = 'https://u@open.feishu.cn' }", "3: app.base_url: " URL },
    { START "base_url = 'https://u:p@open.feishu.cn' }", "3: app.base_url: " URL },
    { START "base_url = 'https://open feishu.cn' }", "3: app.base_url: " URL },
    { START "base_url = ' https://open.feishu.cn' }", "3: app.base_url: " URL },
    { START "base_url = 'https://-open.feishu.cn' }", "3: app.base_url: " URL },
    { START "base_url = 'https://open.feishu.cn:' }", "3: app.base_url: " URL },
    { START "base_url = 'https://open.feishu.cn:0' }", "3: app.base_url: " URL },
    { START "base_url = 'https://open.feishu.cn:65536' }", "3: app.base_url: " URL },
    { START "base_url = 'https://open.feishu.cn:100000000000' }", "3: app.base_url: " URL },
    { START "base_url = 'https://open.feishu.cn:443x' }", "3: app.base_url: " URL },
    { START "base_url = 'https://[::1' }", "3: app.base_url: " URL },
    { START "base_url = 'https://[]' }", "3: app.base_url: " URL },
    { START "base_url = 'https://[1]' }", "3: app.base_url: " URL },
    { START "base_url = 'https://[::1]x' }", "3: app.base_url: " URL },
    { START "base_url = 'http://open.feishu.cn' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://127.0.0.1.example.com' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://127.0.0.256' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://127.1' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://127...' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://128.0.0.1' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://localhost.example.com' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://127.1.evil' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://127.0.0.1.' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://127.0.0.01' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://0127.0.0.1' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://0x7f.0.0.1' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://2130706433' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://0.0.0.0' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://localhost.' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://LOCALHOST' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://xlocalhost' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://[::]' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://[::127.0.0.1]' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://127.0.0.1@example.com' }", "3: app.base_url: " URL },
    { START "base_url = 'http://localhost:80@example.com' }", "3: app.base_url: " URL },
    { START "base_url = 'http://[::1]@example.com' }", "3: app.base_url: " URL },
    { START "base_url = 'http://u@127.0.0.1' }", "3: app.base_url: " URL },
    { START "base_url = 'http://127.0.0.1#.example.com' }", "3: app.base_url: " URL },
    { START "base_url = 'http://127.0.0.1/x' }", "3: app.base_url: " URL },
    { START "base_url = 'http://127.0.0.1:80:81' }", "3: app.base_url: " URL },
    { START "base_url = 'http://[::1%25lo]' }", "3: app.base_url: " URL },
    { START "base_url = 'http:///127.0.0.1' }", "3: app.base_url: " URL },
    { START "base_url = 'http:127.0.0.1' }", "3: app.base_url: " URL },
    { START "base_url = 'x://http://127.0.0.1' }", "3: app.base_url: " URL },
    { START "base_url = 'http://127.0.0.1\\.example.com' }", "3: app.base_url: " URL },
    { START "base_url = 'http://[::2]' }", "3: app.base_url: " LOCAL },
    { START "base_url = 'http://[::ffff:127.0.0.1]' }", "3: app.base_url: " LOCAL },
    { START "event_url = 'bot.example.com/feishu' }", "3: app.event_url: " EVENT_URL },
    { START "event_url = 'ftp://bot.example.com/feishu' }", "3: app.event_url: " EVENT_URL },
    { START "event_url = 'https://bot.example.com' }", "3: app.event_url: " EVENT_URL },
    { START "event_url = 'https:///feishu' }", "3: app.event_url: " EVENT_URL },
    { START "event_url = 'https://bot.example.com/a b' }", "3: app.event_url: " EVENT_URL },
    { START "event_url = 'https://bot.example.com/a?b=c' }", "3: app.event_url: " EVENT_URL },
    { START "proxy = 'proxy.example.com:3128' }", "3: app.proxy: " PROXY },
    { START "proxy = 'http://proxy.example.com' }", "3: app.proxy: " PROXY },
    { START "proxy = 'http://proxy.example.com:3128/' }", "3: app.proxy: " PROXY },
    { START "proxy = 'http://user:" MARKER "@proxy:3128' }", "3: app.proxy: " PROXY },
    { START "proxy = 'https://proxy:3128' }", "3: app.proxy: " PROXY },
    { START "proxy = 'socks5://proxy:3128' }", "3: app.proxy: " PROXY },

    /* ids */
    { APP "bot { open_id = 'cli_1' }", "2: bot.open_id: must be the bot's open_id, 'ou_…'" },
    { APP "bot { open_id = 'ou_' }", "2: bot.open_id: must be the bot's open_id, 'ou_…'" },
    { APP "bot { open_id = '*' }", "2: bot.open_id: must be the bot's open_id, 'ou_…'" },
    { APP "commands {\npeople = {'ou_1', 'zhangsan'} }", "3: commands.people: " PERSON },
    { APP "commands { people = {'ou_…'} }", "2: commands.people: " PERSON },
    { APP "commands { people = {''} }", "2: commands.people: " PERSON },
    { APP "commands { people = {'**'} }", "2: commands.people: " PERSON },
    { APP "commands { people = {'ou_1 '} }", "2: commands.people: " PERSON },
    { APP "commands { people = {'on_1'} }",
      "2: commands.people: is a union_id; the open_id, 'ou_…', is needed: \"@bot id\" tells it" },
    { APP "commands { people = {'oc_1'} }",
      "2: commands.people: is a chat_id; a person's open_id, 'ou_…', is needed" },
    { APP "commands { people = {'om_1'} }",
      "2: commands.people: is a message_id; a person's open_id, 'ou_…', is needed" },
    { APP "command 'x' { people = {'cli_1'} }",
      "2: command.people: is an App ID; a person's open_id, 'ou_…', is needed" },
    { APP "commands { chats = {'ou_1'} }",
      "2: commands.chats: is a person's open_id; a chat_id, 'oc_…', is needed" },
    { APP "command 'x' { chats = {'on_1'} }",
      "2: command.chats: is a person's union_id; a chat_id, 'oc_…', is needed" },
    { APP "command 'x' { chats = {'om_1'} }",
      "2: command.chats: is a message_id; a chat_id, 'oc_…', is needed" },
    { APP "commands { chats = {'cli_1'} }",
      "2: commands.chats: is an App ID; a chat_id, 'oc_…', is needed" },
    { APP "commands { chats = {'7012'} }", "2: commands.chats: " CHAT },
    { APP "commands { chats = {'oc_'} }", "2: commands.chats: " CHAT },

    /* the rest */
    { APP "commands { directory = 'commands.d' }", "2: commands.directory: " PATH },
    { APP "\ncommand '' { }", "3: command: " TITLE },
    { APP "command '../x' { }", "2: command: " TITLE },
    { APP "command 'Restart' { }", "2: command: " TITLE },
    { APP "command '-x' { }", "2: command: " TITLE },
    { APP "command '_x' { }", "2: command: " TITLE },
    { APP "command '1234567890123456789012345678901234567890123456789012345678901234x' { }",
      "2: command: " TITLE },
    { APP "store { url = '' }", "2: store.url: must have 1 to 1024 characters" },
    { APP "store { url = 'dir:' }", "2: store.url: " STORE },
    { APP "store { url = 'dir:var' }", "2: store.url: " STORE },
    { APP "store { url = '/var' }", "2: store.url: " STORE },
    { APP "store { url = 'nones' }", "2: store.url: " STORE },
    { APP "store { url = 'redis://' }", "2: store.url: " STORE },
    { APP "store { url = 'redis://h:0' }", "2: store.url: " STORE },
    { APP "store { url = 'unix://path' }", "2: store.url: " STORE },
    { APP "store { url = 'rediss://h' }",
      "2: store.url: has no TLS of its own; let stunnel carry 'redis://127.0.0.1:PORT' (see "
      "INSTALL.md)" },
    { APP "store { state = 'x' }", "2: store.state: " PATH },
};

/* The line says where and what, nothing of the secret, and nothing is left in config. */
START_TEST(is_refused)
{
    const char *text = rows[_i].text;
    struct config config;
    struct error error = ERROR_INIT;
    char *line = memory_format("feishu.conf:%s", rows[_i].error);
    ck_assert_msg(!config_parse(text, strlen(text), "feishu.conf", read_file, &config, &error),
                  "taken: %s", text);
    ck_assert_int_eq(error.kind, ERROR_CONFIG);
    ck_assert_msg(strcmp(error.text, line) == 0, "%s: %s", text, error.text);
    ck_assert_ptr_null(strstr(error.text, MARKER));
    ck_assert_ptr_null(config.app.id);
    ck_assert_ptr_null(config.app.secret.data);
    free(line);
}
END_TEST

/* Bytes that no C string can hold. */
START_TEST(nul_is_refused)
{
    static const struct {
        const char *text;
        size_t len;
        const char *error;
    } nuls[] = {
        { APP "\0", sizeof(APP), "x:2: configuration: " KEY },
        { "\0" APP, sizeof(APP), "x:1: configuration: " KEY },
        { ID "secret = '\0' }", sizeof(ID "secret = '\0' }") - 1, "x:2: app.secret: " CLEAN },
        { ID "secret = a\0b }", sizeof(ID "secret = a\0b }") - 1, "x:2: app.secret: " WORD },
        { ID "secret\0 = 'x' }", sizeof(ID "secret\0 = 'x' }") - 1,
          "x:2: app.secret: a = is missing after the key" },
        { APP "command 'a\0b' { }", sizeof(APP "command 'a\0b' { }") - 1, "x:2: command: " CLEAN },
    };
    for (int i = 0; i < COUNT(nuls); i++) {
        struct config config;
        struct error error = ERROR_INIT;
        ck_assert(!config_parse(nuls[i].text, nuls[i].len, "x", read_file, &config, &error));
        ck_assert_str_eq(error.text, nuls[i].error);
    }
}
END_TEST

/* An unknown name that is long is not shown, and a long secret is too long. */
START_TEST(long_ones_are_refused)
{
    static const char *const forms[] = { "app { %s = 'x' }", "app { id = 'i' secret = '%s' }",
                                         "app { id = '%s' secret = 'x' }", "%s 'x' { }" };
    static const char *const errors[] = { "x:1: app: no such key",
                                          "x:1: app.secret: must have 1 to 256 characters",
                                          "x:1: app.id: must be the app's App ID, 'cli_…'",
                                          "x:1: configuration: no such section" };
    char name[5000];
    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    for (int i = 0; i < COUNT(forms); i++) {
        struct config config;
        struct error error = ERROR_INIT;
        const char *at = strstr(forms[i], "%s");
        char *text = memory_format("%.*s%s%s", (int)(at - forms[i]), forms[i], name, at + 2);
        ck_assert(!config_parse(text, strlen(text), "x", read_file, &config, &error));
        ck_assert_str_eq(error.text, errors[i]);
        free(text);
    }
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "is refused", is_refused, COUNT(rows));
    suite_add(suite, "NUL is refused", nul_is_refused, 1);
    suite_add(suite, "long ones are refused", long_ones_are_refused, 1);
}

SUITE_MAIN("errors of the configuration", fill)
