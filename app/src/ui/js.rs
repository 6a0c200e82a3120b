//! Bindings to the scripts in `app/js`. They exist in the browser only: call them from event handlers and effects.

use leptos::{wasm_bindgen, web_sys};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, HtmlFormElement};

#[wasm_bindgen(module = "/js/chart.js")]
extern "C" {
    /// Draws a chart from its option (JSON), and again whenever size or theme change.
    #[wasm_bindgen(js_name = mountChart)]
    pub fn mount_chart(element: &HtmlElement, option: &str);
    /// Removes the chart.
    #[wasm_bindgen(js_name = disposeChart)]
    pub fn dispose_chart(element: &HtmlElement);
}

#[wasm_bindgen(module = "/js/board.js")]
extern "C" {
    /// A function without parameters.
    pub type Callback;
    /// Calls it.
    #[wasm_bindgen(method, js_name = call)]
    pub fn call(this: &Callback);

    /// Records the positions of the cards. The returned function animates each card from there to its new position.
    #[wasm_bindgen(js_name = recordCardPositions)]
    pub fn record_card_positions(board: &HtmlElement) -> Callback;
    /// Focuses a card and scrolls it into view.
    #[wasm_bindgen(js_name = focusCard)]
    pub fn focus_card(card: &Element);
    /// Shows a popover beside an element.
    #[wasm_bindgen(js_name = openMenu)]
    pub fn open_menu(menu: &HtmlElement, anchor: &Element);
    /// Makes cards draggable and calls back with card and stage. The returned function removes the listeners.
    #[wasm_bindgen(js_name = enableDragging)]
    pub fn enable_dragging(board: &HtmlElement, on_drop: &Closure<dyn FnMut(String, String)>) -> Callback;
}

#[wasm_bindgen(module = "/js/upload.js")]
extern "C" {
    /// Uploads the files of an input or a drop event to the action of the form. Calls back with the uploaded fraction,
    /// then with the response text on success or failure.
    #[wasm_bindgen(js_name = uploadFiles)]
    pub fn upload_files(
        form: &HtmlFormElement,
        source: &JsValue,
        on_progress: &Closure<dyn FnMut(f64)>,
        on_success: &Closure<dyn FnMut(String)>,
        on_error: &Closure<dyn FnMut(String)>,
    );
    /// Name or number of the files of an input or a drop event, with their size; empty if there are none.
    #[wasm_bindgen(js_name = describeFiles)]
    pub fn describe_files(source: &JsValue) -> String;
}

#[wasm_bindgen(module = "/js/time_zone.js")]
extern "C" {
    /// The IANA name of the browser's time zone; empty if unknown.
    #[wasm_bindgen(js_name = timeZone)]
    pub fn time_zone() -> String;
    /// The names of all time zones that the browser knows, one per line.
    #[wasm_bindgen(js_name = timeZones)]
    pub fn time_zones() -> String;
}
