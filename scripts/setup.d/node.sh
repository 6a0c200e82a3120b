# Packages from npm, as locked in their lock files.
# shellcheck shell=bash

# npm_packages folder: installs its packages unless a stamp file shows that they were installed from the same lock file.
npm_packages() {
  local folder=$1 stamp want
  stamp="$folder/node_modules/.installed-for"
  want="$(node --version) $(sha256sum <"$folder/package-lock.json")"
  if [[ -f $stamp && $(<"$stamp") == "$want" ]]; then
    say "    up to date"
    return
  fi
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error
  printf '%s' "$want" >"$stamp"
}

style_assets() { npm run assets --prefix style --silent; }
