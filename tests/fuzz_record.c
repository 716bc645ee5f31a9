/* Records as the store gives them back: what is read is written the same. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct error error = ERROR_INIT;
    struct record record = RECORD_INIT;
    struct record again = RECORD_INIT;
    struct buf once = BUF_INIT(SIZE_MAX / 4);
    struct buf twice = BUF_INIT(SIZE_MAX / 4);
    if (!record_parse((const char *)data, len, &record, &error)) {
        assert(error.kind == ERROR_STORE && record.stage == RECORD_NEW);
        return 0;
    }
    assert(record.stage != RECORD_NEW && record.sending_ms >= 0);
    assert(record.stage != RECORD_BEGUN || record.command != NULL);
    assert(record.stage != RECORD_FINISHED || record.content.text != NULL);
    record_print(&record, &once);
    assert(record_parse(once.data, once.len, &again, &error));
    record_print(&again, &twice);
    assert(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    buf_release(&once);
    buf_release(&twice);
    record_release(&record);
    record_release(&again);
    return 0;
}
