# The front door. Every target installs what it misses, as far as it can (scripts/setup.sh), and hands over to cargo and CMake.

PREFIX ?= /usr/local

.DEFAULT_GOAL := help
.PHONY: help build demo test simulate fuzz peers soak bench lint format install clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

build: ## the libraries, and the tools and examples in build/bin
	@scripts/setup.sh build
	cmake --preset release -DLDICOMNET_BUILD_TESTS=OFF
	cmake --build --preset release

demo: ## a server and clients verify each other over IPv4 and IPv6, and DCMTK's echoscu too
	@scripts/setup.sh demo
	cmake --preset release -DLDICOMNET_BUILD_TESTS=OFF
	cmake --build --preset release
	build/bin/demo

test: ## every test
	@scripts/setup.sh test
	@scripts/test.sh

simulate: ## the engine in simulated worlds, a seed each: SECONDS (60), or SIMULATION_SEED=... for one
	@scripts/simulate.sh $(or $(SECONDS),60)

fuzz: ## what peers and files may hold, at random: SECONDS_EACH (60) for each target, JOBS at a time
	@scripts/setup.sh fuzz
	@scripts/fuzz.sh $(or $(SECONDS_EACH),60)

peers: ## every conversation that is wrong in one place, over a socket, against the tools under ASan and UBSan
	@scripts/setup.sh test
	cmake --preset asan
	cmake --build --preset asan --target ldicom interop_probe
	LDICOMNET_BIN_DIR=build/asan/bin build/venv/bin/python -m pytest -q --whole tests/interop/test_scripted_peers.py

soak: ## 64 senders, real and hostile, for MINUTES (3), and storescp killed again and again; SEED=n repeats the choices
	@scripts/setup.sh test
	cmake --preset release
	cmake --build --preset release --target ldicom
	build/venv/bin/python tests/soak/run.py --minutes $(or $(MINUTES),3) $(if $(SEED),--seed $(SEED))

bench: ## speed and memory, beside a bare socket, DCMTK and pynetdicom; QUICK=1 only sees that it runs
	@scripts/setup.sh bench
	cargo bench --locked --no-default-features --bench ground_floor
	cmake --preset release -DLDICOMNET_BUILD_TESTS=OFF -DLDICOMNET_BUILD_BENCH=ON
	cmake --build --preset release
	python3 benches/run.py $(if $(QUICK),--quick)

lint: ## formatting, clippy, documentation, licences, clang-tidy
	@scripts/setup.sh lint
	@scripts/lint.sh

format: ## formats Rust and C++ in place
	@scripts/setup.sh lint
	cargo fmt
	git ls-files --cached --others --exclude-standard -- '*.h' '*.cpp' '*.c' | xargs -r clang-format -i

install: build ## headers, libraries, CMake package and tools into PREFIX (/usr/local)
	cmake --install build --prefix "$(PREFIX)"

clean: ## removes everything that was built
	rm -rf build target
