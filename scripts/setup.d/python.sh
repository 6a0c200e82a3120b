# Programs from PyPI with pinned hashes, installed to .tools.
# shellcheck shell=bash

# python_packages list folder: installs the packages unless a stamp file shows that they were installed from the same list.
python_packages() {
  local list=$1 folder=$2 stamp want
  stamp="$folder/.installed-for"
  want="$(python3 --version) $(sha256sum <"$list")"
  if [[ -f $stamp && $(<"$stamp") == "$want" ]]; then
    say "    up to date"
    return
  fi
  python3 -m venv --clear "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement "$list"
  printf '%s' "$want" >"$stamp"
}
