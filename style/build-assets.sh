#!/bin/sh
# Copies the assets that the site serves itself from node_modules: Inter for Latin scripts, and ECharts. The name of
# ECharts contains its version, so that it can be cached forever.
set -eu
cd "$(dirname "$0")"

version() { node -p "require('./node_modules/$1/package.json').version"; }

fonts=node_modules/@fontsource-variable/inter/files
mkdir -p public/fonts public/vendor
for part in latin latin-ext; do
  cp "$fonts/inter-$part-opsz-normal.woff2" "public/fonts/inter-$part.woff2"
done
cp "node_modules/echarts/dist/echarts.esm.min.mjs" "public/vendor/echarts-$(version echarts).js"
echo "style: copied fonts and ECharts $(version echarts) to style/public"
