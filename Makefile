# make            builds build/slipway
# make demo       … and runs a real task with it, from nothing to nothing
# make test       … and runs every test
# make check      sanitizers, fuzzers, many seeds, many kills: before a release, not in CI
# make bench      figures, side by side with the peers that are installed
# make docs       writes the generated pages of docs/ anew
# make fmt|lint   clang-format, clang-tidy
# make deps       what all of this needs: Debian packages, and a virtual environment for the Python tools
.PHONY: all deps demo test check bench fmt lint docs clean
.DEFAULT_GOAL := all

PACKAGES := \
  clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev lld-19 llvm-19 \
  ccache cmake ninja-build pkg-config \
  libboost1.81-dev libboost-json1.81-dev libcli11-dev libexpat1-dev libfmt-dev libspdlog-dev libssl-dev libyaml-cpp-dev \
  libarchive-dev librocksdb-dev libseccomp-dev libzstd-dev zlib1g-dev \
  libbenchmark-dev libgtest-dev \
  crun e2fsprogs erofs-utils iproute2 nftables \
  awscli busybox-static curl jq openssl python3 python3-venv qemu-system-x86
BENCH_PACKAGES := wrk podman skopeo
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
RELEASE := build/release
stamp := build/.deps-$(shell cat Makefile tools/requirements.txt | sha256sum | cut -c1-12)

deps: $(stamp)
$(stamp):
	@mkdir -p build
	@missing=$$(for p in $(PACKAGES); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'install ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then $(SUDO) apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing; fi
	@.venv/bin/pip --version >/dev/null 2>&1 || { rm -rf .venv; /usr/bin/python3 -m venv .venv; }
	.venv/bin/pip install --quiet --disable-pip-version-check -r tools/requirements.txt
	@touch $@

$(RELEASE)/build.ninja: $(stamp)
	cmake --preset release

all: $(RELEASE)/build.ninja
	ninja -C $(RELEASE) slipway
	@ln -sf release/slipway build/slipway

demo: all
	tests/demo/demo.sh build/slipway

test: all
	ninja -C $(RELEASE)
	ctest --test-dir $(RELEASE) --output-on-failure

check: $(stamp)
	tests/check.sh

bench: all
	ninja -C $(RELEASE)
	tests/bench/bench.sh build/slipway

docs: all
	.venv/bin/python tools/compatibility.py build/slipway > docs/compatibility.md
	tools/configuration.sh build/slipway > docs/guide/configuration.md

fmt:
	git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 -i

lint: $(RELEASE)/build.ninja
	git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 --dry-run --Werror
	git ls-files 'src/*.cpp' | grep -v _test.cpp | xargs -P 2 -n 8 clang-tidy-19 -p $(RELEASE) --quiet

clean:
	rm -rf build
