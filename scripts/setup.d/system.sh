# Programs from the package manager of the operating system.
# shellcheck shell=bash

packages=() # Debian packages to install
missing=()  # the same requirements as text, with instructions for other systems

# require "label" "Debian packages" "how to install it on other systems"
require() {
  say "    missing: $1"
  # shellcheck disable=SC2206 # word splitting is intended
  packages+=($2)
  missing+=("$1
      Debian, Ubuntu: apt-get install $2
      $3")
}

node_major() { node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

system_packages() {
  local part=$1
  has cc || require "a C compiler and linker" "build-essential" "Fedora: dnf install gcc make; Arch: pacman -S base-devel; macOS: xcode-select --install"
  if ! has rustup && ! rust_ready; then
    require "rustup" "rustup" "any system: https://rustup.rs, then open a new shell"
  fi
  if (($(node_major) < 20)) || ! has npm; then
    require "Node.js 20 or newer with npm" "nodejs npm" "any system: https://nodejs.org/en/download"
  fi
  if postgres_bin >/dev/null; then
    :
  elif [[ $part == run && -n $(cannot_install) ]]; then
    say "    no Postgres server programs: jobhax will download them at its first start"
  else
    require "Postgres server programs (14 or newer)" "postgresql" \
      "Fedora: dnf install postgresql-server; Arch: pacman -S postgresql; Alpine: apk add postgresql; macOS: brew install postgresql"
  fi
  if [[ $part != run ]] && ! chromium_bin >/dev/null; then
    require "Chromium, for the browser tests" "chromium" "Fedora: dnf install chromium; Arch: pacman -S chromium; elsewhere set CHROMIUM to its path"
  fi
  if [[ $part != run ]] && ! [[ -x /usr/sbin/dovecot && -n $(find /usr/lib*/dovecot /usr/libexec/dovecot -name imap -print -quit 2>/dev/null) ]]; then
    require "Dovecot, an IMAP server for the tests" "dovecot-imapd" "Fedora: dnf install dovecot; Arch: pacman -S dovecot"
  fi
  if [[ $part != run ]] && ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    require "Python 3 with venv, for the fuzzer" "python3 python3-venv" "Fedora: dnf install python3; Arch: pacman -S python; macOS: brew install python"
  fi
  if ((${#packages[@]} == 0)); then
    say "    complete"
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

# Prints why packages cannot be installed; prints nothing if they can.
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
    printf '\nPlease install the following (%s), then run this again:\n' "$why" >&2
    printf '  - %s\n' "${missing[@]}" >&2
    exit 1
  fi
  as_root apt-get update -qq
  check_candidates
  prevent_default_cluster
  prevent_dovecot_service
  say "    apt-get install ${packages[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
}

# Fails before anything is installed if a package is missing, because some Debian releases have no rustup or an old Node.js.
check_candidates() {
  local name version
  for name in "${packages[@]}"; do
    version=$(apt-cache policy "$name" | sed -n 's/^ *Candidate: *//p')
    if [[ -z $version || $version == "(none)" ]]; then
      [[ $name == rustup ]] && die "This release has no package rustup. Install it from https://rustup.rs, then run this again."
      die "apt-get has no package $name. Install it by hand, then run this again."
    fi
    if [[ $name == nodejs ]] && ((${version%%.*} < 20)); then
      die "apt-get offers Node.js $version, but 20 or newer is required. Install it from https://nodejs.org/en/download, then run this again."
    fi
  done
}

# Prevents Debian from starting Dovecot as a system service, because only the programs are needed.
prevent_dovecot_service() {
  [[ " ${packages[*]} " == *" dovecot-imapd "* && -d /etc/systemd/system ]] || return 0
  local unit
  for unit in dovecot.service dovecot.socket; do
    [[ -e /etc/systemd/system/$unit || -L /etc/systemd/system/$unit ]] || as_root ln -s /dev/null "/etc/systemd/system/$unit"
  done
}

# Prevents Debian from creating and starting a Postgres cluster, because only the programs are needed.
prevent_default_cluster() {
  [[ " ${packages[*]} " == *" postgresql "* && ! -e /etc/postgresql-common ]] || return 0
  as_root mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.d/no-main-cluster.conf >/dev/null
}
