# Shared by the scripts: paths, printing and timing steps, and running commands as root or as another user.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

export PATH="$root/.tools/bin:$root/style/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
# The compiler checks queries against .sqlx; only scripts/sqlx-prepare connects to a database.
export SQLX_OFFLINE=${SQLX_OFFLINE:-true}
export CARGO_TERM_PROGRESS_WHEN=${CARGO_TERM_PROGRESS_WHEN:-never}
target=${CARGO_TARGET_DIR:-$root/target}
# The crates that are compiled for the server, with the feature `ssr` of `app`.
native=(-p domain -p mail-reader -p http-server -p service -p app -p server --features app/ssr)
# Bundles a script and its imports into one ES module. Imports can be from the npm packages of `style`.
bundle=(env NODE_PATH="$root/style/node_modules" esbuild --bundle --minify --format=esm --target=es2022 --log-level=warning)

current_step=
background_pid= # pid of the background process, if any

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

# step "description" command [argument…]: prints the description, runs the command, and prints how long it took.
step() {
  local start=$SECONDS
  current_step=$1
  shift
  printf '\n==> %s\n' "$current_step"
  "$@"
  printf '    done in %s\n' "$(spent $((SECONDS - start)))"
  current_step=
}

on_exit() {
  local status=$?
  if [[ -n $background_pid ]]; then kill "$background_pid" 2>/dev/null || true; fi
  if ((status != 0)) && [[ -n $current_step ]]; then printf '\nFailed: %s\n' "$current_step" >&2; fi
}
trap on_exit EXIT
trap 'exit 130' INT

has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# The folder with the Postgres server programs: on PATH, or the newest installed version.
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

# Postgres refuses to run as root. If this script runs as root, `own_by_postgres folder [file…]` therefore changes their owner to an
# unprivileged user, and `as_postgres program [argument…]` runs a Postgres program as that user.
as_owner=()
own_by_postgres() {
  ((EUID == 0)) || return 0
  local owner=postgres
  id "$owner" >/dev/null 2>&1 || owner=nobody
  chown "$owner" "$@"
  as_owner=(setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups env HOME="$1")
}
as_postgres() { (cd / && "${as_owner[@]}" "$(postgres_bin)/$1" "${@:2}" >/dev/null); }
