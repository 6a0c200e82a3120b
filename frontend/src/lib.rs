//! The WebAssembly entry point: hydrates the page that the server rendered.

use leptos::wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script of the page once the module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
