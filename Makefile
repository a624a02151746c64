# A thin front: everything here can be said without make too (CMakePresets.json, test.sh).
.POSIX:
prefix = /usr/local

build:
	@sh -c '. scripts/common.sh && { [ -f build/release/build.ninja ] || configure release -DDENPA_TESTS=OFF; } && build release'

check:
	./test.sh --only release

check-quick:
	./test.sh --quick

check-asan:
	./test.sh --only asan

check-tsan:
	./test.sh --only tsan

check-full:
	./test.sh --full

# Proves the kernels of every vector unit on a new seed; `make checkkern ARGS=--bench` times them.
checkkern: build
	@cmake --build build/release --target checkkern >build/log/checkkern.log || { cat build/log/checkkern.log; exit 1; }
	@build/release/checkkern $(ARGS)

# Long hunts that no test run waits for: fuzzing and the scripts of tests/campaign.
campaign: build
	@sh scripts/prepare.sh build test campaign
	@for script in fuzz/*.sh tests/campaign/*.sh; do \
	  [ -f "$$script" ] || continue; \
	  echo "== $$script"; tmp=$$(mktemp -d); \
	  TMP=$$tmp DENPA=$$(pwd)/build/release/denpa sh "$$script"; status=$$?; rm -rf "$$tmp"; \
	  [ $$status -eq 0 ] || [ $$status -eq 77 ] || exit 1; \
	done

# Both commands on bare roots of the systems that are supported (as root).
fresh:
	@sh scripts/fresh.sh $(ARGS)

bench: build
	@build/release/denpa bench

# install.sh is all that these do.
install:
	@DESTDIR="$(DESTDIR)" ./install.sh --prefix "$(prefix)"

uninstall:
	@./install.sh --uninstall --prefix "$(prefix)"

clean:
	rm -rf build

help:
	@echo "make build       the library and the command (build/release)"
	@echo "make check       the tests with gcc, optimised; check-asan, check-tsan: under sanitizers"
	@echo "make check-quick the tests that tell most, in some four minutes"
	@echo "make check-full  everything, with PyTorch as a witness (./test.sh --full)"
	@echo "make checkkern   the kernels against the reference, bit for bit; ARGS=--bench: their times"
	@echo "make campaign    fuzzing and other long hunts"
	@echo "make fresh       quickstart.sh and test.sh on bare Debian 12, Debian 13 and Ubuntu 24.04 (root); ARGS=--no-tests"
	@echo "make bench       times the standard works; bench/peers.sh: beside other libraries"
	@echo "make install     into prefix=$(prefix) (./install.sh); make uninstall removes it"
	@echo "make clean       removes build/"

.PHONY: build check check-quick check-asan check-tsan check-full checkkern campaign fresh bench install uninstall clean help
