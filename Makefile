# One file, non-recursive. Objects go to $(BUILD); other flags want another BUILD.

BUILD         ?= build
CC            ?= cc
PKG_CONFIG    ?= pkg-config
DESTDIR       ?=
PREFIX        ?= /usr/local
SYSCONFDIR    ?= /etc
LOCALSTATEDIR ?= /var
CGIDIR        ?= $(PREFIX)/lib/cgi-bin
CGIUSER       ?= feishu
CFLAGS        ?= -O2 -g

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 \
           -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla -Wwrite-strings \
           -Wcast-qual -Wundef -Wimplicit-fallthrough -Wswitch-enum
HARDENING ?= -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
             -fstack-clash-protection -fcf-protection
OUR_CFLAGS  = -std=c17 -D_GNU_SOURCE $(WARNINGS) $(HARDENING) -fPIE -MMD -MP -iquote lib
OUR_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed

# libcurl is not here: lib/http.c loads it when something is sent.
LIBRARIES         = -ljson-c -lconfuse -lcrypto
SANDBOX_LIBRARIES = -lmicrohttpd -lcurl
CHECK_LIBRARIES   = $(shell $(PKG_CONFIG) --libs check)

LIB_SOURCES     = $(wildcard lib/*.c)
CGI_SOURCES     = $(wildcard cgi-bin/*.c)
SANDBOX_SOURCES = $(wildcard tests/sandbox/*.c)
CHECKS          = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/check_*.c))
TEST_HELPERS    = $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(wildcard tests/check_*.c tests/fuzz_*.c),$(wildcard tests/*.c)))

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))

all: $(BUILD)/feishu.cgi $(BUILD)/feishu-sandbox

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(OUR_CFLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/libfeishu.a: $(call objects,$(LIB_SOURCES))
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/feishu.cgi: $(call objects,$(CGI_SOURCES)) $(BUILD)/libfeishu.a
	$(CC) $(OUR_LDFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBRARIES)

$(BUILD)/feishu-sandbox: $(call objects,$(SANDBOX_SOURCES)) $(BUILD)/libfeishu.a
	$(CC) $(OUR_LDFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(SANDBOX_LIBRARIES) $(LIBRARIES) -lpthread

$(BUILD)/tests/check_%: $(BUILD)/tests/check_%.o $(TEST_HELPERS) $(BUILD)/libfeishu.a
	$(CC) $(OUR_LDFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CHECK_LIBRARIES) $(LIBRARIES)

checks: $(CHECKS)

clean:
	rm -rf $(BUILD) build-*

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all checks clean
.SECONDARY:
