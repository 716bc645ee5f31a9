#include "job.h"

#include <stdlib.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "tree.h"

void job_print(const struct job *job, struct buf *out)
{
    struct json_object *tree = tree_new_object();
    struct json_object *words = tree_new_array();
    for (size_t i = 0; i < job->line.count; i++)
        tree_append_text(words, job->line.words[i]);
    tree_set_text(tree, "key", job->key);
    tree_set_text(tree, "message_id", job->message_id);
    tree_set_text(tree, "chat_id", job->chat_id);
    tree_set_text(tree, "sender_id", job->sender_id);
    tree_set(tree, "words", words);
    tree_set_int(tree, "timeout_ms", job->timeout_ms);
    tree_set_int(tree, "started_ms", job->started_ms);
    tree_set(tree, "event", tree_share(job->event));
    tree_print(tree, out);
    tree_free(tree);
}

/* Copies the words; false if one is no text or there is none. */
static bool read_words(struct json_object *words, struct command_line *line)
{
    *line = (struct command_line){ memory_zero(tree_count(words) + 1, sizeof(char *)), 0 };
    for (size_t i = 0; i < tree_count(words); i++) {
        const char *word = tree_text_at(words, i);
        if (word == NULL)
            return false;
        line->words[line->count++] = memory_copy(word);
    }
    return line->count > 0;
}

bool job_parse(const char *text, size_t len, struct job *job, struct error *error)
{
    struct json_object *tree = tree_parse_object(text, len, error);
    *job = (struct job){
        .key = tree_text(tree, "key"),
        .message_id = tree_text(tree, "message_id"),
        .chat_id = tree_text(tree, "chat_id"),
        .sender_id = tree_text(tree, "sender_id"),
        .event = tree_object(tree, "event"),
        .tree = tree,
    };
    bool whole = read_words(tree_array(tree, "words"), &job->line) && job->key != NULL &&
                 job->message_id != NULL && job->chat_id != NULL && job->sender_id != NULL &&
                 job->event != NULL && tree_int(tree, "timeout_ms", &job->timeout_ms) &&
                 tree_int(tree, "started_ms", &job->started_ms);
    if (whole)
        return true;
    job_release(job);
    return error_set(error, ERROR_INTERNAL, "a job is not whole");
}

void job_release(struct job *job)
{
    command_line_release(&job->line);
    tree_free(job->tree);
    *job = (struct job){ .tree = NULL };
}
