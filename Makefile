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
LOCALEDIR     ?= $(PREFIX)/share/locale
WEBGROUP      ?= www-data
FCGIWRAP      ?= /usr/sbin/fcgiwrap
# Holds systemd/system, sysusers.d and tmpfiles.d; a place that systemd looks at.
SYSTEMDDIR    ?= $(if $(filter /usr /usr/local,$(PREFIX)),$(PREFIX)/lib,/etc)
CFLAGS        ?= -O2 -g
FUZZ_SECONDS  ?= 60

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wformat=2 \
           -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla -Wwrite-strings \
           -Wcast-qual -Wundef -Wimplicit-fallthrough -Wswitch-enum
HARDENING ?= -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong \
             -fstack-clash-protection -fcf-protection
PATHS       = -DFEISHU_SYSCONFDIR='"$(SYSCONFDIR)"' -DFEISHU_LOCALSTATEDIR='"$(LOCALSTATEDIR)"' \
              -DFEISHU_CGIDIR='"$(CGIDIR)"' -DFEISHU_CGIUSER='"$(CGIUSER)"' \
              -DFEISHU_LOCALEDIR='"$(LOCALEDIR)"'
OUR_CFLAGS  = -std=c17 -D_GNU_SOURCE $(WARNINGS) $(HARDENING) -fPIE -iquote lib $(PATHS)
OUR_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed

# libcurl is not here: lib/http.c loads it when something is sent.
LIBRARIES         = -ljson-c -lconfuse -lcrypto
SANDBOX_LIBRARIES = -lmicrohttpd -lcurl
SETUP_LIBRARIES   = -lssl
CHECK_LIBRARIES   = $(shell $(PKG_CONFIG) --libs check)

LIB_SOURCES     = $(wildcard lib/*.c)
CGI_SOURCES     = $(wildcard cgi-bin/*.c)
SANDBOX_SOURCES = $(wildcard tests/sandbox/*.c)
SETUP_SOURCES   = $(filter-out setup/main.c,$(wildcard setup/*.c))
CATALOGUES      = $(patsubst setup/po/%.po,$(BUILD)/locale/%/LC_MESSAGES/feishu-setup.mo,$(wildcard setup/po/*.po))
EXTRA_SOURCES   =
CHECKS          = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/check_*.c))
FUZZERS         = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz_*.c))
TEST_HELPERS    = $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(wildcard tests/check_*.c tests/fuzz_*.c),$(wildcard tests/*.c)))

BENCHES         = $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/bench/*.c))

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))

# With V=1 make prints its commands, else one word for each.
Q   = $(if $(V),,@)
say = $(if $(V)$(QUIET),@:,@printf '  %-7s %s\n' $(1) $(patsubst $(BUILD)/%,%,$@))

LINK = $(CC) $(OUR_LDFLAGS) $(CFLAGS) $(LDFLAGS)

all: $(BUILD)/feishu.cgi $(BUILD)/feishu-setup $(BUILD)/feishuctl $(BUILD)/feishu-sandbox

$(BUILD)/%.o: %.c $(BUILD)/paths
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(OUR_CFLAGS) -MMD -MP $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# Changes when they do, so that an installation with other paths is compiled with them.
$(BUILD)/paths: FORCE
	@mkdir -p $(@D)
	@echo "$(PATHS)" | cmp -s - $@ || echo "$(PATHS)" >$@

# They hold these files.
$(BUILD)/setup/nginx_block.o: sample-nginx.conf
$(BUILD)/setup/wizard_text.o: docs/feishu.conf.sample

$(BUILD)/libfeishu.a: $(call objects,$(LIB_SOURCES))
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/feishu.cgi: $(call objects,$(CGI_SOURCES) $(EXTRA_SOURCES)) $(BUILD)/libfeishu.a
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(LIBRARIES)

$(BUILD)/libsetup.a: $(call objects,$(SETUP_SOURCES))
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $^

$(BUILD)/feishu-setup: $(call objects,setup/main.c $(EXTRA_SOURCES)) $(BUILD)/libsetup.a $(BUILD)/libfeishu.a $(CATALOGUES)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $(filter-out %.mo,$^) $(SETUP_LIBRARIES) $(LIBRARIES)

$(BUILD)/feishuctl: $(BUILD)/feishu-setup
	@ln -sf feishu-setup $@

$(BUILD)/locale/%/LC_MESSAGES/feishu-setup.mo: setup/po/%.po
	@mkdir -p $(@D)
	$(call say,MSGFMT)
	$(Q)msgfmt --check -o $@ $<

# The page's files are in the program.
$(BUILD)/tests/sandbox/page_files.o: $(wildcard tests/sandbox/page/*)

$(BUILD)/feishu-sandbox: $(call objects,$(SANDBOX_SOURCES) $(EXTRA_SOURCES)) $(BUILD)/libfeishu.a
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(SANDBOX_LIBRARIES) $(LIBRARIES) -lpthread

$(BUILD)/tests/check_%: $(BUILD)/tests/check_%.o $(TEST_HELPERS) $(BUILD)/libsetup.a $(BUILD)/libfeishu.a
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(CHECK_LIBRARIES) $(SETUP_LIBRARIES) $(LIBRARIES)

$(BUILD)/tests/fuzz_%: $(BUILD)/tests/fuzz_%.o $(BUILD)/tests/card_kit.o $(BUILD)/libsetup.a $(BUILD)/libfeishu.a
	$(call say,LINK)
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $^ $(SETUP_LIBRARIES) $(LIBRARIES)

$(BUILD)/bench/%: $(BUILD)/tests/bench/%.o
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(LINK) -o $@ $^ $(BENCH_LIBRARIES)

$(BUILD)/bench/bare: BENCH_LIBRARIES = -lfcgi

# Its modules are tested as well.
$(BUILD)/tests/%.o: CPPFLAGS += -iquote setup

$(BUILD)/tests/tools/sanitizer.o: CPPFLAGS += -DSANITIZER_LOG='"$(abspath $(BUILD))/sanitizer"'

# The libraries of the CGI, also those of which it uses nothing.
$(BUILD)/bench/floor: BENCH_LIBRARIES = -Wl,--no-as-needed $(LIBRARIES)

$(BUILD)/bench/seal $(BUILD)/bench/card $(BUILD)/bench/keys: $(BUILD)/libfeishu.a
$(BUILD)/bench/seal $(BUILD)/bench/card $(BUILD)/bench/keys: BENCH_LIBRARIES = $(LIBRARIES)

checks: $(CHECKS)

benches: $(BENCHES)

fuzzers: $(FUZZERS)

# What follows is for people and for .ci/run. Packages come first: without them there is no compiler.
PARALLEL = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
export BUILD

demo:
	@tests/tools/packages.sh demo
	@echo 'Building.'
	@$(PARALLEL) QUIET=yes all
	@KEEP='$(KEEP)' tests/demo.sh

# TESTS='check_buf e2e_reply' runs only these.
check:
	@tests/tools/packages.sh check
	@$(PARALLEL) all checks
	@tests/tools/check.sh $(TESTS)

SANITIZE = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

# Writes the golden cards anew, after a change that is wanted.
GOLDEN = tests/data/alert/golden
golden: $(BUILD)/tests/check_alert_golden
	@GOLDEN_RENEW=yes $<
	@find $(GOLDEN) -name '*.json' -exec sh -c 'jq . "$$1" >"$$1.new" && mv "$$1.new" "$$1"' sh {} \;

# In builds that are slow, all but what takes minutes there and runs no code that others do not.
LONG  = e2e_alerts_hard e2e_life e2e_otherwise e2e_storm
QUICK = $(filter-out $(LONG),$(basename $(notdir $(wildcard tests/check_*.c tests/*.sh))))

asan:
	@$(MAKE) --no-print-directory check TESTS='$(QUICK)' BUILD=build-asan HARDENING= \
	    CFLAGS='$(SANITIZE)' EXTRA_SOURCES=tests/tools/sanitizer.c

valgrind:
	@tests/tools/packages.sh check
	@$(PARALLEL) all checks
	@tests/tools/valgrind.sh

coverage:
	@rm -rf build-coverage
	@$(MAKE) --no-print-directory check TESTS='$(QUICK)' BUILD=build-coverage HARDENING= CFLAGS='-O0 -g --coverage'
	@gcovr --root . --filter lib/ --exclude-unreachable-branches --json build-coverage/all.json build-coverage
	@gcovr --root . -a build-coverage/all.json --branches
	@gcovr --root . -a build-coverage/all.json --print-summary

fuzz:
	@$(PARALLEL) fuzzers BUILD=build-fuzz HARDENING= CC=clang \
	    CFLAGS='$(SANITIZE) -fsanitize=fuzzer-no-link'
	@BUILD=build-fuzz tests/tools/fuzz.sh $(FUZZ_SECONDS)

# What it costs. The machine must have nothing else to do.
bench:
	@tests/tools/packages.sh bench
	@$(PARALLEL) QUIET=yes all benches >&2
	@tests/bench/run.sh

lint: export LINT_FLAGS = $(OUR_CFLAGS)
lint:
	@tests/tools/lint.sh

interop:
	@tests/tools/packages.sh demo
	@$(PARALLEL) all
	@tests/interop/run.sh

browser:
	@tests/tools/packages.sh demo
	@$(PARALLEL) all
	@tests/browser/run.sh

MANUALS = $(wildcard docs/*.[1578])
UNITS   = feishu-cgi.socket feishu-cgi.service feishu-alert.socket feishu-alert.service \
          feishu-tick.service feishu-tick.timer
DOCDIR  = $(PREFIX)/share/doc/feishu-cgi
TRANSFORMS = $(wildcard setup/transforms.d/*)
OTHERS  = README.md INSTALL.md docs/feishu.conf.sample

fill = sed -e 's|@CGIDIR@|$(CGIDIR)|g; s|@CGIUSER@|$(CGIUSER)|g; s|@WEBGROUP@|$(WEBGROUP)|g' \
           -e 's|@FCGIWRAP@|$(FCGIWRAP)|g; s|@SYSCONFDIR@|$(SYSCONFDIR)|g' \
           -e 's|@LOCALSTATEDIR@|$(LOCALSTATEDIR)|g; s|@BINDIR@|$(PREFIX)/bin|g' $(1) >$(2) && chmod 644 $(2)
folder_of = $(DESTDIR)$(PREFIX)/share/man/man$(patsubst .%,%,$(suffix $(1)))

# Files only; the user and the folders of configuration and state come from systemd's sysusers and
# tmpfiles, here if this is the machine itself and not DESTDIR, else when the package is installed.
install: all
	install -d $(DESTDIR)$(CGIDIR) $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(DOCDIR) \
	    $(DESTDIR)$(SYSTEMDDIR)/systemd/system $(DESTDIR)$(SYSTEMDDIR)/sysusers.d \
	    $(DESTDIR)$(SYSTEMDDIR)/tmpfiles.d $(DESTDIR)$(SYSCONFDIR)/feishu/transforms.d
	install -m 755 $(BUILD)/feishu.cgi $(DESTDIR)$(CGIDIR)/feishu.cgi
	install -m 755 $(BUILD)/feishu-sandbox $(DESTDIR)$(PREFIX)/bin/feishu-sandbox
	install -m 755 $(BUILD)/feishu-setup $(DESTDIR)$(PREFIX)/bin/feishu-setup
	ln -sf feishu-setup $(DESTDIR)$(PREFIX)/bin/feishuctl
	$(foreach file,$(CATALOGUES),install -D -m 644 $(file) $(DESTDIR)$(patsubst $(BUILD)/locale/%,$(LOCALEDIR)/%,$(file)) &&) :
	install -m 755 $(TRANSFORMS) $(DESTDIR)$(SYSCONFDIR)/feishu/transforms.d
	install -m 644 $(wildcard $(OTHERS)) $(DESTDIR)$(DOCDIR)
	sed 's|/usr/local/lib/cgi-bin/|$(CGIDIR)/|; s|/etc/feishu/|$(SYSCONFDIR)/feishu/|' \
	    sample-nginx.conf >$(DESTDIR)$(DOCDIR)/sample-nginx.conf
	chmod 644 $(DESTDIR)$(DOCDIR)/sample-nginx.conf
	$(foreach page,$(MANUALS),install -D -m 644 $(page) $(call folder_of,$(page))/$(notdir $(page)) &&) :
	$(foreach unit,$(UNITS),$(call fill,setup/systemd/$(unit).in,$(DESTDIR)$(SYSTEMDDIR)/systemd/system/$(unit)) &&) :
	$(call fill,setup/systemd/feishu.sysusers.in,$(DESTDIR)$(SYSTEMDDIR)/sysusers.d/feishu.conf)
	$(call fill,setup/systemd/feishu.tmpfiles.in,$(DESTDIR)$(SYSTEMDDIR)/tmpfiles.d/feishu.conf)
	@[ -n '$(DESTDIR)' ] || setup/after-install '$(SYSTEMDDIR)' '$(CGIUSER)'

# Leaves configuration, state and the user.
uninstall:
	@[ -n '$(DESTDIR)' ] || setup/before-uninstall
	rm -f $(DESTDIR)$(CGIDIR)/feishu.cgi
	rm -f $(foreach name,feishu-sandbox feishu-setup feishuctl,$(DESTDIR)$(PREFIX)/bin/$(name))
	rm -f $(foreach file,$(CATALOGUES),$(DESTDIR)$(patsubst $(BUILD)/locale/%,$(LOCALEDIR)/%,$(file)))
	rm -f $(foreach file,sample-nginx.conf $(notdir $(OTHERS)),$(DESTDIR)$(DOCDIR)/$(file))
	rm -f $(foreach page,$(MANUALS),$(call folder_of,$(page))/$(notdir $(page)))
	rm -f $(foreach unit,$(UNITS),$(DESTDIR)$(SYSTEMDDIR)/systemd/system/$(unit))
	rm -f $(foreach file,$(notdir $(TRANSFORMS)),$(DESTDIR)$(SYSCONFDIR)/feishu/transforms.d/$(file))
	rmdir $(DESTDIR)$(SYSCONFDIR)/feishu/transforms.d 2>/dev/null || true
	rm -f $(DESTDIR)$(SYSTEMDDIR)/sysusers.d/feishu.conf $(DESTDIR)$(SYSTEMDDIR)/tmpfiles.d/feishu.conf
	rmdir $(DESTDIR)$(DOCDIR) 2>/dev/null || true

clean:
	rm -rf $(BUILD) build-*

-include $(shell find $(BUILD)/lib $(BUILD)/cgi-bin $(BUILD)/setup $(BUILD)/tests -type f -name '*.d' 2>/dev/null)

.PHONY: all benches checks fuzzers bench demo check golden asan valgrind coverage fuzz lint interop browser install uninstall \
        clean FORCE
.SECONDARY:
