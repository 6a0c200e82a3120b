# Shared by the scripts: where things are, how a step is announced and timed, how one becomes root.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

export PATH="$root/.tools/bin:$root/style/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
# Queries are checked against .sqlx; only scripts/sqlx-prepare talks to a database while compiling.
export SQLX_OFFLINE=${SQLX_OFFLINE:-true}
export CARGO_TERM_PROGRESS_WHEN=${CARGO_TERM_PROGRESS_WHEN:-never}
target=${CARGO_TARGET_DIR:-$root/target}

current_step=
behind= # process that works in the background, if one does

say() { printf '%s\n' "$*"; }

die() {
  printf '\n%s\n' "$*" >&2
  exit 1
}

# 75 -> "1 min 15 s"
spent() {
  local seconds=$1
  if ((seconds < 60)); then printf '%d s' "$seconds"; else printf '%d min %d s' $((seconds / 60)) $((seconds % 60)); fi
}

# step "what it does" command [argument…]: announces, runs, and says how long it took.
step() {
  local start=$SECONDS
  current_step=$1
  shift
  printf '\n==> %s\n' "$current_step"
  "$@"
  printf '    done in %s\n' "$(spent $((SECONDS - start)))"
  current_step=
}

name_failed_step() {
  local status=$?
  if [[ -n $behind ]]; then kill "$behind" 2>/dev/null || true; fi
  if ((status != 0)) && [[ -n $current_step ]]; then printf '\nFailed: %s\n' "$current_step" >&2; fi
}
trap name_failed_step EXIT
trap 'exit 130' INT

has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# The folder with the Postgres server programs: on PATH, or the newest of Debian's.
postgres_bin() {
  local found
  if found=$(command -v initdb); then
    dirname "$(readlink -f "$found")"
    return
  fi
  found=$(find /usr/lib/postgresql /usr/pgsql-* /usr/local/pgsql /opt/homebrew/opt/postgresql* \
    -maxdepth 3 -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1 || true)
  [[ -n $found ]] || return 1
  dirname "$found"
}

# postgres_owns folder [file…]: Postgres refuses to run as root; then somebody without rights owns them and the processes.
# From then on `owned program [argument…]` runs one of Postgres' programs as the owner.
as_owner=()
postgres_owns() {
  ((EUID == 0)) || return 0
  local owner=postgres
  id "$owner" >/dev/null 2>&1 || owner=nobody
  chown "$owner" "$@"
  as_owner=(setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups env HOME="$1")
}
owned() { (cd / && "${as_owner[@]}" "$(postgres_bin)/$1" "${@:2}" >/dev/null); }
