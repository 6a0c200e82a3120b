//! The entry point of the browser modules: one module for each area of the site, selected by a feature.

// Islands are exported by the functions that their macro generates.
use app as _;
use leptos::wasm_bindgen::prelude::wasm_bindgen;

/// Prepares the page for its islands. The page script calls this once the module is loaded, and then the function of each island.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
