# Programs that the operating system's package manager provides.
# shellcheck shell=bash

packages=() # Debian packages to install
missing=()  # the same for people: what, and what it is called elsewhere

# want "label" "debian packages" "names elsewhere"
want() {
  say "    missing: $1"
  # shellcheck disable=SC2206 # a list of words on purpose
  packages+=($2)
  missing+=("$1
      Debian, Ubuntu: apt-get install $2
      $3")
}

node_major() { node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

system_packages() {
  local part=$1
  has cc || want "a C compiler and linker" "build-essential" "Fedora: dnf install gcc make; Arch: pacman -S base-devel; macOS: xcode-select --install"
  if ! has rustup && ! rust_ready; then
    want "rustup" "rustup" "any system: https://rustup.rs, then open a new shell"
  fi
  if (($(node_major) < 20)) || ! has npm; then
    want "Node.js 20 or newer with npm" "nodejs npm" "any system: https://nodejs.org/en/download"
  fi
  if postgres_bin >/dev/null; then
    :
  elif [[ $part == run && -n $(cannot_install) ]]; then
    say "    no Postgres server programs here: jobhax will download its own at its first start"
  else
    want "Postgres server programs (14 or newer)" "postgresql" \
      "Fedora: dnf install postgresql-server; Arch: pacman -S postgresql; Alpine: apk add postgresql; macOS: brew install postgresql"
  fi
  if [[ $part != run ]] && ! chromium_bin >/dev/null; then
    want "Chromium, for the browser tests" "chromium" "Fedora: dnf install chromium; Arch: pacman -S chromium; elsewhere set CHROMIUM to its path"
  fi
  if [[ $part != run ]] && ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    want "Python 3 with venv, for the fuzzer" "python3 python3-venv" "Fedora: dnf install python3; Arch: pacman -S python; macOS: brew install python"
  fi
  if ((${#packages[@]} == 0)); then
    say "    all here"
    return
  fi
  install_packages
}

chromium_bin() {
  local name
  for name in "${CHROMIUM:-chromium}" chromium-browser google-chrome; do
    if command -v "$name"; then return; fi
  done
  return 1
}

# Prints why packages cannot be installed here, or nothing.
cannot_install() {
  if ! has apt-get; then
    say "this system has no apt-get"
  elif ((EUID != 0)) && ! has sudo; then
    say "installing needs root, and there is no sudo"
  fi
}

install_packages() {
  local why
  why=$(cannot_install)
  if [[ -n $why ]]; then
    printf '\nPlease install the following yourself (%s), then call this again:\n' "$why" >&2
    printf '  - %s\n' "${missing[@]}" >&2
    exit 1
  fi
  as_root apt-get update -qq
  check_candidates
  keep_postgres_quiet
  say "    apt-get install ${packages[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
}

# Some releases of Debian have no rustup and an older Node: say so before anything is changed.
check_candidates() {
  local name version
  for name in "${packages[@]}"; do
    version=$(apt-cache policy "$name" | sed -n 's/^ *Candidate: *//p')
    if [[ -z $version || $version == "(none)" ]]; then
      [[ $name == rustup ]] && die "This release has no package rustup. Install it from https://rustup.rs, then call this again."
      die "apt-get knows no package $name. Install it by hand, then call this again."
    fi
    if [[ $name == nodejs ]] && ((${version%%.*} < 20)); then
      die "apt-get offers Node.js $version, but 20 or newer is needed. Install it from https://nodejs.org/en/download, then call this again."
    fi
  done
}

# The server programs are all we need: Debian must not make and start a cluster of its own for them.
keep_postgres_quiet() {
  [[ " ${packages[*]} " == *" postgresql "* && ! -e /etc/postgresql-common ]] || return 0
  as_root mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.d/no-main-cluster.conf >/dev/null
}
