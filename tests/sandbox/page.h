/* Effect. The page by which people see the chats, write into them and press buttons. */
#ifndef SANDBOX_PAGE_H
#define SANDBOX_PAGE_H

struct exchange;
struct world;

/* GET / and what belongs to it: /page/… */
void page_show(struct world *world, struct exchange *exchange);

/* GET watch: all that the page shows, as soon as it is not what it was at the change seen. */
void page_watch(struct world *world, struct exchange *exchange);

#endif
