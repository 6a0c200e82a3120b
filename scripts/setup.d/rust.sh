# The Rust toolchain, and programs that cargo installs to .tools.
# shellcheck shell=bash

WASM_BINDGEN=0.2.130 # must be the version of the crate in Cargo.toml
CARGO_LEPTOS=0.3.10  # 0.3.11 requires a newer rustc

rust_channel() { sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml; }

rust_ready() {
  local sysroot
  sysroot=$(rustc --print sysroot 2>/dev/null) || return 1
  [[ $(rustc --version) == "rustc $(rust_channel) "* ]] || return 1
  [[ -d $sysroot/lib/rustlib/wasm32-unknown-unknown/lib ]] || return 1
  cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1
}

rust_toolchain() {
  if rust_ready; then
    say "    $(rustc --version)"
    return
  fi
  has rustup || die "rustc $(rust_channel) with the target wasm32-unknown-unknown is required. Install rustup from https://rustup.rs, then run this again."
  rustup toolchain install "$(rust_channel)" --profile minimal --component rustfmt,clippy --target wasm32-unknown-unknown
}

# install_tool crate version [argument…]: a debug build, because compiling the tool takes longer than running it.
install_tool() {
  local crate=$1 version=$2
  shift 2
  CARGO_TARGET_DIR="$target/tools" cargo install "$crate" --version "=$version" --root .tools --debug --quiet \
    --config profile.dev.debug=0 "$@"
}

wasm_bindgen() {
  if [[ $(wasm-bindgen --version 2>/dev/null) == "wasm-bindgen $WASM_BINDGEN" ]]; then
    say "    $(command -v wasm-bindgen)"
    return
  fi
  say "    building it takes about two minutes"
  # Without --locked, because the lock file of the published crate no longer resolves.
  install_tool wasm-bindgen-cli "$WASM_BINDGEN" --config profile.dev.opt-level=1
}

nextest() {
  if cargo nextest --version >/dev/null 2>&1; then
    say "    $(cargo nextest --version | head -n 1)"
    return
  fi
  say "    building cargo-nextest takes a few minutes"
  CARGO_TARGET_DIR="$target/tools" cargo install cargo-nextest --locked --root .tools --debug --quiet --config profile.dev.debug=0
}

cargo_leptos() {
  if [[ $(cargo-leptos --version 2>/dev/null) == *"$CARGO_LEPTOS" ]]; then
    say "    $(command -v cargo-leptos)"
    return
  fi
  say "    building it takes several minutes; it is only for \`make dev\`"
  install_tool cargo-leptos "$CARGO_LEPTOS" --locked --no-default-features --features no_downloads
}
