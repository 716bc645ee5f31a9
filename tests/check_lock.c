/* Locks between processes: they are held as long as somebody lives who has them, and no longer. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "lock.h"
#include "memory.h"
#include "store_kit.h"
#include "suite.h"

enum { SLOTS = 8, ROUNDS = 300 };

#define KEY "message:om_1"

/* A process that has taken something and holds it until it is told to go on. */
struct holder {
    pid_t pid;
    int ready; /* readable: a byte once it has what it wanted */
    int go_on; /* a byte lets the process end */
};

/* What a holder takes. */
typedef int take(const char *folder);

static int take_slot(const char *folder)
{
    struct error error = ERROR_INIT;
    return lock_slot(folder, SLOTS, &error);
}

static int take_life(const char *folder)
{
    struct error error = ERROR_INIT;
    return lock_life(folder, KEY, &error);
}

/* The holder's side. With an heir it forks another process that has the same descriptors, and ends
 * when the heir does. */
static void hold(take *what, int ready, int go_on, bool heir)
{
    char byte;
    REQUIRE(prctl(PR_SET_PDEATHSIG, heir ? 0 : SIGKILL) == 0);
    REQUIRE(what(kit.folder) != LOCK_NONE);
    if (heir && fork() > 0) {
        REQUIRE(write(ready, "x", 1) == 1);
        pause();
    }
    REQUIRE(write(ready, "x", 1) == 1);
    REQUIRE(read(go_on, &byte, 1) == 1);
    _exit(0);
}

/* Returns once the holder, and its heir, have what they wanted. */
static struct holder start_holder(take *what, bool heir)
{
    int ready[2];
    int go_on[2];
    char bytes[2];
    ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(go_on, O_CLOEXEC), 0);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        close(go_on[1]);
        close(ready[0]);
        hold(what, ready[1], go_on[0], heir);
    }
    close(ready[1]);
    close(go_on[0]);
    for (int i = 0; i < (heir ? 2 : 1); i++)
        ck_assert_int_eq(read(ready[0], bytes, 1), 1);
    return (struct holder){ pid, ready[0], go_on[1] };
}

static int wait_for_holder(struct holder *holder)
{
    close(holder->go_on);
    close(holder->ready);
    return store_kit_wait(holder->pid);
}

static void end_holder(struct holder *holder)
{
    ck_assert_int_eq(write(holder->go_on, "x", 1), 1);
    ck_assert_int_eq(wait_for_holder(holder), 0);
}

static void kill_holder(struct holder *holder)
{
    ck_assert_int_eq(kill(holder->pid, SIGKILL), 0);
    ck_assert_int_eq(wait_for_holder(holder), 128 + SIGKILL);
}

static bool is_free(take *what)
{
    int lock = what(kit.folder);
    if (lock != LOCK_NONE)
        close(lock);
    return lock != LOCK_NONE;
}

/* Slots. */

START_TEST(as_many_slots_as_asked_for)
{
    static const int counts[] = { 0, 1, 3, 8 };
    int count = counts[_i];
    int slots[SLOTS + 1];
    for (int i = 0; i < count; i++) {
        slots[i] = lock_slot(kit.folder, count, &kit.error);
        ck_assert_int_ge(slots[i], 0);
    }
    ck_assert_int_eq(lock_slot(kit.folder, count, &kit.error), LOCK_NONE);
    ck_assert_int_eq(kit.error.kind, ERROR_NONE);
    for (int i = 0; i < count; i++) {
        close(slots[i]); /* each one that is given back can be taken again, and only once */
        ck_assert_int_ge(slots[i] = lock_slot(kit.folder, count, &kit.error), 0);
        ck_assert_int_eq(lock_slot(kit.folder, count, &kit.error), LOCK_NONE);
    }
    for (int i = 0; i < count; i++)
        close(slots[i]);
}
END_TEST

START_TEST(slots_of_processes)
{
    struct holder holders[SLOTS];
    for (int i = 0; i < SLOTS; i++)
        holders[i] = start_holder(take_slot, false);
    ck_assert(!is_free(take_slot));
    kill_holder(&holders[3]);
    ck_assert(is_free(take_slot));
    holders[3] = start_holder(take_slot, false);
    ck_assert(!is_free(take_slot));
    end_holder(&holders[7]);
    ck_assert(is_free(take_slot));
    for (int i = 0; i < SLOTS - 1; i++)
        end_holder(&holders[i]);
    ck_assert_int_eq(store_kit_count(kit.folder, ""), SLOTS);
}
END_TEST

/* Signs of life. */

START_TEST(lives_while_it_is_held)
{
    ck_assert(!lock_is_alive(kit.folder, KEY));
    int life = lock_life(kit.folder, KEY, &kit.error);
    ck_assert_int_ge(life, 0);
    ck_assert(lock_is_alive(kit.folder, KEY));
    ck_assert(lock_is_alive(kit.folder, KEY));
    ck_assert(!lock_is_alive(kit.folder, KEY "0"));
    ck_assert(!lock_is_alive(kit.folder, ""));
    ck_assert_int_eq(lock_life(kit.folder, KEY, &kit.error), LOCK_NONE);
    ck_assert_int_eq(kit.error.kind, ERROR_NONE);
    close(life);
    ck_assert(!lock_is_alive(kit.folder, KEY));
    ck_assert(is_free(take_life));
}
END_TEST

START_TEST(dies_with_its_process)
{
    struct holder holder = start_holder(take_life, false);
    ck_assert(lock_is_alive(kit.folder, KEY));
    ck_assert(!is_free(take_life));
    kill_holder(&holder);
    ck_assert(!lock_is_alive(kit.folder, KEY));
    ck_assert(is_free(take_life));
}
END_TEST

/* The runner is such an heir: who started it may end. */
START_TEST(lives_on_in_an_heir)
{
    char byte;
    struct holder holder = start_holder(take_life, true);
    ck_assert_int_eq(kill(holder.pid, SIGKILL), 0);
    ck_assert_int_eq(store_kit_wait(holder.pid), 128 + SIGKILL);
    ck_assert(lock_is_alive(kit.folder, KEY));
    ck_assert(!is_free(take_life));
    ck_assert_int_eq(write(holder.go_on, "x", 1), 1);
    close(holder.go_on);
    /* Both ends of the pipe are gone with the heir. */
    ck_assert_int_eq(read(holder.ready, &byte, 1), 0);
    ck_assert(!lock_is_alive(kit.folder, KEY));
    close(holder.ready);
}
END_TEST

/* Who asks holds nothing afterwards, and does not look alive to others who ask. */
START_TEST(asking_is_harmless)
{
    struct holder holder = start_holder(take_life, false);
    kill_holder(&holder);
    char *path = store_kit_find(kit.folder, "");
    int other = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_eq(flock(other, LOCK_SH | LOCK_NB), 0);
    ck_assert(!lock_is_alive(kit.folder, KEY));
    close(other);
    ck_assert(is_free(take_life));
    free(path);
}
END_TEST

START_TEST(is_forgotten)
{
    int life = lock_life(kit.folder, KEY, &kit.error);
    int other = lock_life(kit.folder, "other", &kit.error);
    ck_assert_int_eq(store_kit_count(kit.folder, ""), 2);
    lock_forget(kit.folder, KEY);
    ck_assert_int_eq(store_kit_count(kit.folder, ""), 1);
    ck_assert(!lock_is_alive(kit.folder, KEY));
    ck_assert(lock_is_alive(kit.folder, "other"));
    lock_forget(kit.folder, KEY);
    close(life);
    close(other);
}
END_TEST

/* While one forgets, others take the same: whoever has it shows it. */
static void take_and_forget(const void *context)
{
    (void)context;
    for (int held = 0; held < ROUNDS;) {
        struct error error = ERROR_INIT;
        int life = lock_life(kit.folder, KEY, &error);
        REQUIRE(error.kind == ERROR_NONE);
        if (life == LOCK_NONE)
            continue;
        REQUIRE(lock_is_alive(kit.folder, KEY));
        held++;
        lock_forget(kit.folder, KEY);
        close(life);
    }
}

START_TEST(forgetting_hides_nobody)
{
    pid_t processes[3];
    for (int i = 0; i < COUNT(processes); i++)
        processes[i] = store_kit_fork(take_and_forget, NULL);
    for (int i = 0; i < COUNT(processes); i++)
        ck_assert_int_eq(store_kit_wait(processes[i]), 0);
}
END_TEST

/* Keys are texts of others: none leads out of the folder, none is another's. */
static const char *const keys[] = {
    "", ".", "..", "../../etc/passwd", "/etc/passwd", "a/b", "life.", "slot.0", "a\nb", "\xff",
};

START_TEST(any_key)
{
    int lives[COUNT(keys)];
    char *large = memory_zero(100001, 1);
    memset(large, 'x', 100000);
    for (int i = 0; i < COUNT(keys); i++) {
        ck_assert_msg(!lock_is_alive(kit.folder, keys[i]), "%s", keys[i]);
        lives[i] = lock_life(kit.folder, keys[i], &kit.error);
        ck_assert_msg(lives[i] >= 0, "%s: %s", keys[i], kit.error.text);
        ck_assert_msg(lock_is_alive(kit.folder, keys[i]), "%s", keys[i]);
    }
    int life = lock_life(kit.folder, large, &kit.error);
    ck_assert_int_ge(life, 0);
    ck_assert_int_eq(store_kit_count(kit.folder, ""), COUNT(keys) + 1);
    ck_assert(is_free(take_slot));
    close(life);
    for (int i = 0; i < COUNT(keys); i++)
        close(lives[i]);
    free(large);
}
END_TEST

/* The files. */

START_TEST(rights)
{
    struct stat status;
    (void)umask(0);
    char *folder = memory_format("%s/state", kit.folder);
    char *locks = memory_format("%s/locks", folder);
    int life = lock_life(folder, KEY, &kit.error);
    char *file = store_kit_find(kit.folder, "");
    ck_assert_int_ge(life, 0);
    ck_assert_int_eq(fcntl(life, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    ck_assert_int_eq(stat(folder, &status), 0);
    ck_assert_uint_eq(status.st_mode, S_IFDIR | 0700);
    ck_assert_int_eq(stat(locks, &status), 0);
    ck_assert_uint_eq(status.st_mode, S_IFDIR | 0700);
    ck_assert_int_eq(stat(file, &status), 0);
    ck_assert_uint_eq(status.st_mode, S_IFREG | 0600);
    close(life);
    free(file);
    free(locks);
    free(folder);
}
END_TEST

/* Where nothing can be told, nobody is dead and nothing is free; the error says where. */
static void spoil_by_file(void)
{
    char *path = memory_format("%s/locks", kit.folder);
    close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    free(path);
}

static void spoil_by_link(void)
{
    char *path = memory_format("%s/locks", kit.folder);
    ck_assert_int_eq(symlink("/tmp", path), 0);
    free(path);
}

static void spoil_by_rights(void)
{
    char *path = memory_format("%s/locks", kit.folder);
    ck_assert_int_eq(mkdir(path, 0), 0);
    free(path);
}

static void spoil_by_absence(void)
{
    store_kit_remove(memory_copy(kit.folder));
    kit.folder[strlen(kit.folder) - 1] = '/'; /* two levels are missing */
    char *deeper = memory_format("%s/missing", kit.folder);
    free(kit.folder);
    kit.folder = deeper;
}

static void (*const spoils[])(void) = { spoil_by_file, spoil_by_link, spoil_by_rights,
                                        spoil_by_absence };

static void use_spoilt(const void *context)
{
    (void)context;
    struct error error = ERROR_INIT;
    store_kit_drop_rights();
    REQUIRE(lock_slot(kit.folder, SLOTS, &error) == LOCK_NONE);
    REQUIRE(error.kind == ERROR_STORE && strstr(error.text, kit.folder) != NULL);
    error = (struct error)ERROR_INIT;
    REQUIRE(lock_life(kit.folder, KEY, &error) == LOCK_NONE);
    REQUIRE(error.kind == ERROR_STORE && strstr(error.text, kit.folder) != NULL);
    REQUIRE(lock_is_alive(kit.folder, KEY));
    lock_forget(kit.folder, KEY);
}

START_TEST(a_folder_that_cannot_be_used)
{
    ck_assert_int_eq(chmod(kit.folder, 0777), 0);
    spoils[_i]();
    ck_assert_int_eq(store_kit_run(use_spoilt, NULL), 0);
}
END_TEST

/* A lock's file that is a link of somebody's is not followed. */
START_TEST(a_link_for_a_lock)
{
    int life = lock_life(kit.folder, KEY, &kit.error);
    char *file = store_kit_find(kit.folder, "");
    char *target = memory_format("%s/target", kit.folder);
    close(life);
    ck_assert_int_eq(unlink(file), 0);
    ck_assert_int_eq(symlink(target, file), 0);
    ck_assert_int_eq(lock_life(kit.folder, KEY, &kit.error), LOCK_NONE);
    ck_assert_int_eq(kit.error.kind, ERROR_STORE);
    ck_assert(lock_is_alive(kit.folder, KEY));
    ck_assert_int_ne(access(target, F_OK), 0);
    free(target);
    free(file);
}
END_TEST

static void fill(Suite *suite)
{
    store_kit_add(suite, "as many slots as asked for", as_many_slots_as_asked_for, 4);
    store_kit_add(suite, "slots of processes", slots_of_processes, 1);
    store_kit_add(suite, "lives while it is held", lives_while_it_is_held, 1);
    store_kit_add(suite, "dies with its process", dies_with_its_process, 1);
    store_kit_add(suite, "lives on in an heir", lives_on_in_an_heir, 1);
    store_kit_add(suite, "asking is harmless", asking_is_harmless, 1);
    store_kit_add(suite, "is forgotten", is_forgotten, 1);
    store_kit_add(suite, "forgetting hides nobody", forgetting_hides_nobody, 1);
    store_kit_add(suite, "any key", any_key, 1);
    store_kit_add(suite, "rights", rights, 1);
    store_kit_add(suite, "a folder that cannot be used", a_folder_that_cannot_be_used,
                  COUNT(spoils));
    store_kit_add(suite, "a link for a lock", a_link_for_a_lock, 1);
}

SUITE_MAIN("lock", fill)
