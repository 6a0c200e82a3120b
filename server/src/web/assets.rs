//! The list of built files that pages load.

use crate::config::Http;
use app::assets::Assets;
use leptos::config::LeptosOptions;
use std::path::Path;

/// Name of the list in the site directory.
const FILE_NAME: &str = "assets.json";

/// Reads the list. The development server has none, because its file names are fixed.
pub fn load(config: &Http, options: &LeptosOptions) -> Assets {
    if config.watch.is_some() {
        return Assets::unhashed();
    }
    let path = Path::new(options.site_root.as_ref()).join(FILE_NAME);
    let list = std::fs::read_to_string(&path)
        .map_err(|error| error.to_string())
        .and_then(|json| Assets::parse(&json).map_err(|error| error.to_string()));
    list.unwrap_or_else(|error| {
        tracing::warn!(%error, path = %path.display(), "the list of static files can't be read; run `make build`");
        Assets::unhashed()
    })
}
