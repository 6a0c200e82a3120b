//! The built files that pages load. The build adds a hash of the content to their names and lists them in `assets.json`.

use leptos::{nonce::use_nonce, prelude::*};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

/// Progressive enhancement of plain forms, on every page.
static PAGE_SCRIPT: LazyLock<String> = LazyLock::new(|| compact(include_str!("../js/page.js")));
/// Theme, focus, scroll positions and island startup, on workspace pages.
static WORKSPACE_SCRIPT: LazyLock<String> = LazyLock::new(|| compact(include_str!("../js/workspace.js")));

/// Keyboard shortcuts in forms.
static FORM_SCRIPT: LazyLock<String> = LazyLock::new(|| compact(include_str!("../js/form.js")));
/// Keyboard shortcuts of the inbox.
static INBOX_SCRIPT: LazyLock<String> = LazyLock::new(|| compact(include_str!("../js/inbox.js")));
/// Filters and selection on the board and in the table.
static LIST_SCRIPT: LazyLock<String> = LazyLock::new(|| compact(include_str!("../js/list.js")));
/// Keyboard shortcuts and scroll position of the application page.
static APPLICATION_SCRIPT: LazyLock<String> = LazyLock::new(|| compact(include_str!("../js/application.js")));

/// Updates client pages and the application page when data changes elsewhere, such as in another tab.
static RENEW_SCRIPT: LazyLock<String> = LazyLock::new(|| compact(include_str!("../js/renew.js")));
/// Updates the deliveries of a webhook while one is being sent.
static WEBHOOK_SCRIPT: LazyLock<String> = LazyLock::new(|| compact(include_str!("../js/webhook.js")));
/// Reloads organization pages when the user loses access.
static ACCESS_SCRIPT: LazyLock<String> = LazyLock::new(|| compact(include_str!("../js/access.js")));
/// Preloads the page's WebAssembly module. A script adds the preload link, because the module is useless without JavaScript.
static PRELOAD_SCRIPT: LazyLock<String> = LazyLock::new(|| compact(include_str!("../js/preload.js")));

/// Removes comment lines and indentation from an inline script. `scripts/page-sizes.mjs` must do the same.
fn compact(script: &str) -> String {
    let lines: Vec<&str> = script
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.starts_with("//"))
        .collect();
    lines.join("\n")
}

/// An area of the site that has islands. Each area has its own browser module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    Board,
    /// Importing email.
    Import,
}

impl Area {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::Import => "import",
        }
    }
}

/// The URLs of the built files.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Assets {
    style: String,
    /// The script that draws charts.
    charts: String,
    /// The script of the command palette.
    palette: String,
    /// The browser modules by area.
    modules: BTreeMap<String, Module>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Module {
    /// The script that loads the WebAssembly.
    js: String,
    wasm: String,
}

impl Assets {
    /// Parses `assets.json`.
    ///
    /// # Errors
    /// If it is not valid JSON or lacks a file.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The unhashed file names of the development server, which builds one module for all areas.
    pub fn unhashed() -> Self {
        let module = Module {
            js: "/pkg/jobhax.js".into(),
            wasm: "/pkg/jobhax.wasm".into(),
        };
        let areas = [Area::Board, Area::Import];
        Self {
            style: "/pkg/jobhax.css".into(),
            charts: "/pkg/charts.js".into(),
            palette: "/pkg/palette.js".into(),
            modules: areas
                .map(|area| (area.as_str().to_owned(), module.clone()))
                .into(),
        }
    }
}

fn assets() -> Arc<Assets> {
    use_context().unwrap_or_else(|| Arc::new(Assets::unhashed()))
}

/// The link to the style sheet.
#[component]
pub fn StyleSheet() -> impl IntoView {
    view! { <link rel="stylesheet" href=assets().style.clone() /> }
}

/// The script of every page.
#[component]
pub fn PageScript() -> impl IntoView {
    view! {
        <script type="module" nonce=use_nonce()>
            {PAGE_SCRIPT.as_str()}
        </script>
    }
}

/// The script of pages with text forms. Include it before the page's shortcut scripts, so that Esc closes a form first.
#[component]
pub fn FormScript() -> impl IntoView {
    view! {
        <script type="module" nonce=use_nonce()>
            {FORM_SCRIPT.as_str()}
        </script>
    }
}

/// The script of the inbox, which needs no browser module.
#[component]
pub fn InboxScript() -> impl IntoView {
    view! {
        <script type="module" nonce=use_nonce()>
            {INBOX_SCRIPT.as_str()}
        </script>
    }
}

/// The script of pages with filters and a selection, which needs no browser module.
#[component]
pub fn ListScript() -> impl IntoView {
    view! {
        <script type="module" nonce=use_nonce()>
            {LIST_SCRIPT.as_str()}
        </script>
    }
}

/// The script of the application page, which needs no browser module.
#[component]
pub fn ApplicationScript() -> impl IntoView {
    view! {
        <FormScript />
        <script type="module" nonce=use_nonce()>
            {APPLICATION_SCRIPT.as_str()}
        </script>
    }
}

/// The URL of a workspace's event stream. Pages pass it to scripts in the attribute `data-events`.
pub fn events_url(slug: &str) -> String {
    format!("/w/{slug}/events")
}

/// The script that updates the parts of a page marked with `data-live`. Include it after the element with `data-events`.
#[component]
pub fn RenewScript() -> impl IntoView {
    view! {
        <script type="module" nonce=use_nonce()>
            {RENEW_SCRIPT.as_str()}
        </script>
    }
}

/// The script that updates the deliveries of a webhook.
#[component]
pub fn WebhookScript() -> impl IntoView {
    view! {
        <script type="module" nonce=use_nonce()>
            {WEBHOOK_SCRIPT.as_str()}
        </script>
    }
}

/// The script that reloads an organization page when the user has lost access or has another role. Include it after the
/// element with the id `ended`.
#[component]
pub fn AccessScript() -> impl IntoView {
    view! {
        <script type="module" nonce=use_nonce()>
            {ACCESS_SCRIPT.as_str()}
        </script>
    }
}

/// Loads the browser module of the page's area, or the script for charts.
#[component]
pub fn WorkspaceScripts(
    /// The area of the page, if it has islands.
    area: Option<Area>,
    /// Whether the page has charts.
    charts: bool,
) -> impl IntoView {
    let assets = assets();
    let module = area.and_then(|area| assets.modules.get(area.as_str()).cloned());
    let charts = charts.then(|| assets.charts.clone());
    let (js, wasm) = module.map(|module| (module.js, module.wasm)).unzip();
    let preloads = js.clone().into_iter().chain(charts.clone());
    view! {
        {preloads.map(|href| view! { <link rel="modulepreload" href=href crossorigin="anonymous" /> }).collect_view()}
        {wasm
            .clone()
            .map(|href| {
                view! {
                    <script nonce=use_nonce() data-wasm=href>
                        {PRELOAD_SCRIPT.as_str()}
                    </script>
                }
            })}
        <div id="assets" hidden data-module=js data-wasm=wasm data-charts=charts data-palette=assets.palette.clone()></div>
        <script type="module" nonce=use_nonce()>
            {WORKSPACE_SCRIPT.as_str()}
        </script>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_of_a_page_has_no_comments() {
        assert_eq!(
            compact("// Why.\nif (a) {\n  // How.\n  b(\"//c\");\n}\n"),
            "if (a) {\nb(\"//c\");\n}"
        );
    }

    #[test]
    fn incomplete_asset_list_is_an_error() {
        assert!(Assets::parse(r#"{"style":"/pkg/jobhax.css","modules":{}}"#).is_err());
    }
}
