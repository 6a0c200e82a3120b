#!/bin/sh
# Copies the fonts that the site serves itself from node_modules: Inter for Latin scripts.
set -eu
cd "$(dirname "$0")"

fonts=node_modules/@fontsource-variable/inter/files
mkdir -p public/fonts
for part in latin latin-ext; do
  cp "$fonts/inter-$part-opsz-normal.woff2" "public/fonts/inter-$part.woff2"
done
echo "style: copied fonts to style/public"
