#!/bin/sh
# Copies what the site serves from its own origin out of node_modules: the two files of Inter that Latin scripts
# need, and ECharts. The names carry the version, so the files may be cached for good.
set -eu
cd "$(dirname "$0")"

version() { node -p "require('./node_modules/$1/package.json').version"; }

fonts=node_modules/@fontsource-variable/inter/files
mkdir -p public/fonts public/vendor
for part in latin latin-ext; do
  cp "$fonts/inter-$part-opsz-normal.woff2" "public/fonts/inter-$part.woff2"
done
cp "node_modules/echarts/dist/echarts.esm.min.mjs" "public/vendor/echarts-$(version echarts).js"
echo "style: fonts and ECharts $(version echarts) are in style/public"
