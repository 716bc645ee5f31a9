#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "context.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

/* Each status: its name in JSON, its sign and colour on a terminal, its word elsewhere. */
static const struct {
    const char *name;
    const char *colour;
    const char *sign;
    const char *word;
} statuses[] = {
    [FINDING_PASS] = { "pass", "\033[32m", "✓", N_("pass") },
    [FINDING_WARN] = { "warn", "\033[33m", "!", N_("warn") },
    [FINDING_FAIL] = { "fail", "\033[31m", "✗", N_("FAIL") },
    [FINDING_SKIP] = { "skip", "\033[90m", "-", N_("skip") },
};

void report_copy_line(char *to, size_t room, const char *text)
{
    char *line = text == NULL ? memory_copy("") : text_line(text, strlen(text));
    const size_t len = text_cut(line, strlen(line), room - 1);
    memcpy(to, line, len);
    to[len] = '\0';
    free(line);
}

/* The text as one line; takes it over. */
static char *make_line(char *text)
{
    char *line = text == NULL ? NULL : text_line(text, strlen(text));
    free(text);
    return line;
}

void finding_set(struct finding *finding, enum finding_status status, char *detail, char *fix)
{
    finding_release(finding);
    *finding = (struct finding){ status, make_line(detail), make_line(fix) };
}

void finding_release(struct finding *finding)
{
    free(finding->detail);
    free(finding->fix);
    *finding = (struct finding){ FINDING_PASS, NULL, NULL };
}

static bool is_set(const char *variable)
{
    const char *value = getenv(variable);
    return value != NULL && value[0] != '\0';
}

void report_begin(struct report *report, bool json)
{
    const char *kind = getenv("TERM");
    *report = (struct report){ .json = json, .steps = tree_new_array() };
    report->terminal =
        !json && isatty(STDOUT_FILENO) == 1 && kind != NULL && strcmp(kind, "dumb") != 0;
    report->coloured = report->terminal && !is_set("NO_COLOR");
    report->opened_ms = clock_steady_ms();
}

void report_step(struct report *report, const char *name, const char *title)
{
    report->name = name;
    report->title = title;
    report->began_ms = clock_steady_ms();
    if (!report->terminal)
        return;
    (void)printf("  … %s", title);
    (void)fflush(stdout); /* a terminal that is gone is no reason to stop */
}

/* A duration: "41 ms", "1.2 s". */
static void print_duration(int64_t ms)
{
    if (ms < 1000)
        (void)printf(_("%lld ms"), (long long)ms);
    else
        (void)printf(_("%lld.%lld s"), (long long)(ms / 1000), (long long)(ms % 1000 / 100));
}

/* The step as people read it: one line, what to do below it. */
static void print_finding(const struct report *report, const struct finding *finding, int64_t ms)
{
    const char *colour = report->coloured ? statuses[finding->status].colour : "";
    const char *plain = report->coloured ? "\033[0m" : "";
    const char *faint = report->coloured ? "\033[90m" : "";
    (void)printf("%s  %s%s%s %s", report->terminal ? "\r\033[K" : "", colour,
                 report->terminal ? statuses[finding->status].sign
                                  : _(statuses[finding->status].word),
                 plain, report->title);
    if (finding->detail != NULL)
        (void)printf(": %s", finding->detail);
    (void)printf("  %s(", faint);
    print_duration(ms);
    (void)printf(")%s\n", plain);
    if (finding->fix != NULL)
        (void)printf("      → %s\n", finding->fix);
    (void)fflush(stdout);
}

void report_end(struct report *report, struct finding *finding)
{
    int64_t ms = clock_steady_ms() - report->began_ms;
    struct json_object *step = tree_new_object();
    tree_set_text(step, "name", report->name);
    tree_set_text(step, "status", statuses[finding->status].name);
    tree_set_int(step, "ms", ms);
    tree_set_text(step, "detail", finding->detail == NULL ? "" : finding->detail);
    tree_set_text(step, "fix", finding->fix == NULL ? "" : finding->fix);
    tree_append(report->steps, step);
    report->counts[finding->status]++;
    if (!report->json)
        print_finding(report, finding, ms);
    finding_release(finding);
}

int report_finish(struct report *report, struct json_object *more)
{
    bool well = report->counts[FINDING_FAIL] == 0;
    struct buf text = BUF_INIT(1 << 20);
    if (more == NULL)
        more = tree_new_object();
    tree_set_bool(more, "ok", well);
    tree_set(more, "steps", report->steps);
    if (report->json) {
        tree_print(more, &text);
        (void)printf("%s\n", buf_text(&text));
    } else {
        (void)printf(_("\n%d pass, %d warn, %d fail, %d skip"), report->counts[FINDING_PASS],
                     report->counts[FINDING_WARN], report->counts[FINDING_FAIL],
                     report->counts[FINDING_SKIP]);
        (void)printf("  (");
        print_duration(clock_steady_ms() - report->opened_ms);
        (void)printf(")\n");
    }
    buf_release(&text);
    tree_free(more);
    return well ? EXIT_WELL : EXIT_CHECK_FAILED;
}

void report_release(struct report *report)
{
    tree_free(report->steps);
    report->steps = NULL;
}
