# Makefile - finds sources by itself: a new file needs no edit here.
#
#   make          build/linden            make test    everything that proves it works
#   make run      try it, with a demo     make check   sanitizers, two compilers, fuzzing
#   make fix      lay the sources out     make golden  write the files that people review
#   make bench    how fast it is          make install PREFIX=/usr/local DESTDIR=
#   make cluster  three machines on this  make cluster-test  and people at work while
#                 one, to look around                        parts of it fail
#
# CONFIG=release (default), debug, asan, tsan, clang, fuzz: each has its own folder under build/.

MAKEFLAGS += --no-builtin-rules
CONFIG  ?= release
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
OUT     := build/$(CONFIG)
GEN     := build/gen
LLHTTP  := build/llhttp

PKGS    := sqlite3 libsodium libcurl libpq libidn2 zlib pangocairo libqrencode jansson libfido2 libcrypto
WARN    := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
           -Wno-missing-field-initializers -Werror
HARDEN  := -fstack-protector-strong -fPIE -fno-strict-overflow -fno-plt
OPT_release := -O2 -g -D_FORTIFY_SOURCE=2
OPT_debug   := -O0 -g
OPT_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_tsan    := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
OPT_clang   := $(OPT_release)
OPT_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
CFLAGS  := -std=gnu2x $(OPT_$(CONFIG)) $(HARDEN) $(WARN) -D_GNU_SOURCE -DLLHTTP_STRICT_MODE=1 \
           -I. -Isrc -I$(GEN) -I$(LLHTTP) $(shell pkg-config --cflags $(PKGS) 2>/dev/null) $(EXTRA)
# libcurl, libpq, pango, libqrencode, jansson, libfido2 and libcrypto are opened when they are needed: src/work/curl.h,
# src/db/pq.h, src/paper/pango.h, src/app/me/qr.h, src/http/json_read.h, src/app/passkeys/webauthn.h, src/app/sso/jws.h.
# The embedded database and the hashing of passwords are part of the program
# (docs/decisions/016-… and 028-…); the rest are shared libraries.
SODIUM  := build/libsodium.a
LATER_LIBS := libcurl libpq pangocairo libqrencode jansson libfido2 libcrypto
LIBS    := -l:libsqlite3.a $(SODIUM) \
           $(shell pkg-config --libs $(filter-out sqlite3 libsodium $(LATER_LIBS),$(PKGS)) 2>/dev/null) \
           -lunistring -lpthread -lm
# Where the program's own pointers lie is written in 3 KB instead of 270 (glibc 2.36 and later, Debian 12's).
LDFLAGS := -pie -Wl,-z,relro,-z,now,-z,pack-relative-relocs $(filter -fsanitize%,$(OPT_$(CONFIG)))

# Sorted: what is used together lies together, in every checkout alike.
SRC     := $(sort $(shell find src -name '*.c'))
HTML    := $(shell find src -name '*.html')
TEXTS   := $(shell find src -name '*.text' -not -name '*.*.text')
SAMPLES := $(wildcard tests/html/sample.html tests/html/sample.text)
BENCH   := $(wildcard bench/*.c)
WRAPPED := db_run db_begin db_commit wall_attach wall_raise policies_enter policies_before visit_begin visit_enter
comma   := ,
TESTS   := $(shell find tests -name '*_test.c') tests/main.c $(wildcard tests/support/*.c tests/db/power_cut.c)
ASSETS  := $(shell find assets -type f)
SQL     := $(wildcard migrations/*.sql)

MADE    := $(HTML:src/%.html=$(GEN)/%.html.h) $(TEXTS:src/%.text=$(GEN)/%.text.h) \
           $(SAMPLES:%=$(GEN)/%.h)
MADE_C  := $(GEN)/assets.c $(GEN)/migrations.c
OBJ     := $(SRC:%.c=$(OUT)/%.o) $(MADE_C:$(GEN)/%.c=$(OUT)/gen/%.o) \
           $(patsubst %,$(OUT)/llhttp/%.o,api http llhttp)
LIB_OBJ := $(filter-out $(OUT)/src/main.o,$(OBJ))

.SECONDARY: $(MADE)
.PRECIOUS: build/tools/%
.DELETE_ON_ERROR:
.PHONY: all
all: build/linden

# Say what is missing instead of failing in the middle of it.
ifeq ($(shell pkg-config --exists $(PKGS) 2>/dev/null && echo yes),)
ifneq ($(filter-out run test check bench setup clean fix,$(or $(MAKECMDGOALS),all)),)
$(error Libraries are missing: 'make setup' installs them)
endif
endif

build/linden: $(OUT)/linden
	@cp $< $@.new && mv $@.new $@

$(OUT)/linden: $(OBJ) | $(SODIUM)
	@echo "  link  $@"; $(CC) $(LDFLAGS) $^ $(LIBS) -o $@

$(OUT)/unit-tests: $(LIB_OBJ) $(TESTS:%.c=$(OUT)/%.o) | $(SODIUM)
	@echo "  link  $@"; $(CC) $(LDFLAGS) $^ $(LIBS) -o $@

# Calls of the database layer lead through bench/statements.c, which times them, and
# building the wall through bench/wall.c, which can leave it out; finding the session through
# bench/trust.c, which can leave out of it what its sed script does.
$(OUT)/bench/bench: $(LIB_OBJ) $(BENCH:%.c=$(OUT)/%.o) $(OUT)/bench/visit_plain.o | $(SODIUM)
	@echo "  link  $@"; $(CC) $(LDFLAGS) $(patsubst %,-Wl$(comma)--wrap=%,$(WRAPPED)) $^ $(LIBS) -o $@

$(GEN)/bench/visit_plain.c: src/web/visit.c bench/visit_plain.sed
	@mkdir -p $(@D)
	@sed -f bench/visit_plain.sed $< > $@

$(OUT)/bench/visit_plain.o: $(GEN)/bench/visit_plain.c | $(MADE) $(LLHTTP)/llhttp.c
	@mkdir -p $(@D)
	@echo "  cc    $<"; $(CC) $(CFLAGS) -Wno-unused-function -Dvisit_begin=plain_visit_begin \
	    -Dvisit_enter=plain_visit_enter -MMD -MP -c $< -o $@
	@objcopy --keep-global-symbol=plain_visit_begin --keep-global-symbol=plain_visit_enter $@

$(OUT)/%.o: %.c | $(MADE) $(LLHTTP)/llhttp.c
	@mkdir -p $(@D)
	@echo "  cc    $<"; $(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(OUT)/gen/%.o: $(GEN)/%.c
	@mkdir -p $(@D)
	@echo "  cc    $<"; $(CC) $(CFLAGS) -MMD -MP -c $< -o $@

# All of them are there once llhttp.c is.
$(patsubst %,$(OUT)/llhttp/%.o,api http llhttp): $(OUT)/llhttp/%.o: $(LLHTTP)/llhttp.c
	@mkdir -p $(@D)
	@echo "  cc    $(LLHTTP)/$*.c"; $(CC) $(CFLAGS) -w -c $(LLHTTP)/$*.c -o $@

$(OUT)/fuzz-%: $(OUT)/tests/fuzz/%_fuzz.o $(LIB_OBJ) | $(SODIUM)
	@echo "  link  $@"; $(CC) $(LDFLAGS) -fsanitize=fuzzer $^ $(LIBS) -o $@

# libsodium, but the memory of its hashes comes from src/server/hash_memory.h.
$(SODIUM):
	@mkdir -p $(@D)
	@objcopy --redefine-sym mmap=hash_memory_take --redefine-sym munmap=hash_memory_give \
	    "$$($(CC) -print-file-name=libsodium.a)" $@.new && mv $@.new $@

# Things that are made: templates, texts, assets, migrations.
$(GEN)/%.html.h: src/%.html build/tools/tmpl
	@mkdir -p $(@D)
	@build/tools/tmpl $< > $@.new && mv $@.new $@

# x.text is English and x.de.text, beside it, German.
.SECONDEXPANSION:
$(GEN)/%.text.h: src/%.text $$(wildcard src/$$*.*.text) build/tools/text
	@mkdir -p $(@D)
	@build/tools/text --pseudo $(filter %.text,$^) > $@.new && mv $@.new $@

$(GEN)/tests/%.html.h: tests/%.html build/tools/tmpl
	@mkdir -p $(@D)
	@build/tools/tmpl $< > $@.new && mv $@.new $@

$(GEN)/tests/%.text.h: tests/%.text $$(wildcard tests/$$*.*.text) build/tools/text
	@mkdir -p $(@D)
	@build/tools/text --pseudo $(filter %.text,$^) > $@.new && mv $@.new $@

$(GEN)/assets.c: tools/assets.sh tools/icons.txt build/tools/embed $(ASSETS)
	@mkdir -p $(@D)
	@tools/assets.sh > $@.new && mv $@.new $@

$(GEN)/migrations.c: tools/migrations.sh $(SQL)
	@mkdir -p $(@D)
	@tools/migrations.sh > $@.new && mv $@.new $@

# The program as it will be N versions later: with N changes of the tables more.
LATER   := $(sort $(wildcard tests/upgrade/*.sql))
$(GEN)/later/%.c: tools/migrations.sh $(SQL) $(LATER)
	@mkdir -p $(@D)
	@tools/migrations.sh $(wordlist 1,$*,$(LATER)) > $@.new && mv $@.new $@

.SECONDARY: $(patsubst %,$(GEN)/later/%.c,1 2) $(patsubst %,$(OUT)/gen/later/%.o,1 2)
$(OUT)/later/%: $(filter-out $(OUT)/gen/migrations.o,$(OBJ)) $(OUT)/gen/later/%.o | $(SODIUM)
	@mkdir -p $(@D)
	@echo "  link  $@"; $(CC) $(LDFLAGS) $^ $(LIBS) -o $@

build/tools/%: tools/%.c
	@mkdir -p $(@D)
	gcc -std=gnu2x -O1 -g $(WARN) -D_GNU_SOURCE $< -o $@ $(if $(filter embed,$*),-lz -lbrotlienc)

# The request parser: C sources out of a Debian package that is fetched and
# unpacked, not installed (it would bring a JavaScript runtime along).
$(LLHTTP)/llhttp.c: tools/llhttp.sh
	tools/llhttp.sh $(LLHTTP)

# Things to do.  Packages are looked for while this file is read, so whatever
# may install some starts make anew.
JOBS := -j$(shell nproc)
.PHONY: setup run test unit golden check bench cluster cluster-stop cluster-test fix install clean
setup:
	@tools/setup.sh build

run: setup
	@$(MAKE) --no-print-directory -s $(JOBS) build/linden
	@exec tools/run.sh

test:
	@tools/setup.sh test
	@$(MAKE) --no-print-directory -s $(JOBS) build/linden $(OUT)/unit-tests
	@tools/test.sh

unit: $(OUT)/unit-tests
	$(OUT)/unit-tests $(ONLY)

golden: $(OUT)/unit-tests
	GOLDEN=write $(OUT)/unit-tests golden
	GOLDEN=write tools/pg.sh $(OUT)/unit-tests golden

check:
	@tools/setup.sh check
	@tools/check.sh

bench:
	@tools/setup.sh bench
	@$(MAKE) --no-print-directory -s $(JOBS) build/linden $(OUT)/bench/bench
	@node bench/run.mjs

cluster:
	@tools/setup.sh cluster
	@$(MAKE) --no-print-directory -s $(JOBS) build/linden
	@exec node tools/cluster/up.mjs

cluster-stop:
	@node tools/cluster/up.mjs stop

cluster-test:
	@tools/setup.sh cluster
	@$(MAKE) --no-print-directory -s $(JOBS) build/linden
	@node tests/cluster/run.mjs

fix:
	find src tests tools -name '*.[ch]' -not -path '*/node_modules/*' | xargs clang-format -i

PREFIX  ?= /usr/local
install: build/linden
	install -D -m 755 -s build/linden $(DESTDIR)$(PREFIX)/bin/linden
	install -D -m 644 man/linden.1 $(DESTDIR)$(PREFIX)/share/man/man1/linden.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/linden README.md LICENSE THIRD_PARTY.md docs/operations.md
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system $(DESTDIR)$(PREFIX)/lib/sysusers.d
	sed 's|@PREFIX@|$(PREFIX)|g' packaging/linden.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/linden.service
	install -m 644 packaging/linden.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/linden.conf

clean:
	rm -rf build

-include $(OBJ:.o=.d) $(TESTS:%.c=$(OUT)/%.d) $(BENCH:%.c=$(OUT)/%.d)
