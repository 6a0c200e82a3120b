//! The doors to the small scripts in `app/js`. They exist in a browser only: call them from events and effects.

use leptos::{wasm_bindgen, web_sys};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, HtmlFormElement};

#[wasm_bindgen(module = "/js/chart.js")]
extern "C" {
    /// Draws a chart of the option (JSON) into the element, now and whenever size or theme change.
    pub fn mount(element: &HtmlElement, option: &str);
    /// Takes the chart off the element again.
    pub fn dispose(element: &HtmlElement);
}

#[wasm_bindgen(module = "/js/board.js")]
extern "C" {
    /// A function that ends something.
    pub type End;
    /// Calls it.
    #[wasm_bindgen(method, js_name = call)]
    pub fn call(this: &End);

    /// Remembers where the cards are; the answer lets them fly from there.
    pub fn flight(board: &HtmlElement) -> End;
    /// Puts the focus on a card and brings it into view.
    pub fn land(card: &Element);
    /// Shows the popover beside the element.
    #[wasm_bindgen(js_name = openMenu)]
    pub fn open_menu(menu: &HtmlElement, beside: &Element);
    /// Lets cards be dragged; calls back with card and stage. The answer takes it off again.
    pub fn draggable(board: &HtmlElement, on_drop: &Closure<dyn FnMut(String, String)>) -> End;
}

#[wasm_bindgen(module = "/js/upload.js")]
extern "C" {
    /// Sends the files of an input or a drop to where the form points: share that has gone, then answer or failure.
    pub fn send(
        form: &HtmlFormElement,
        source: &JsValue,
        progress: &Closure<dyn FnMut(f64)>,
        done: &Closure<dyn FnMut(String)>,
        failed: &Closure<dyn FnMut(String)>,
    );
    /// The files of an input or a drop in a few words; empty when there are none.
    pub fn describe(source: &JsValue) -> String;
}

#[wasm_bindgen(module = "/js/zone.js")]
extern "C" {
    /// The IANA name of the zone that the browser stands in; empty where it does not say.
    #[wasm_bindgen(js_name = timeZone)]
    pub fn time_zone() -> String;
    /// All names of zones that the browser knows, one a line.
    #[wasm_bindgen(js_name = timeZones)]
    pub fn time_zones() -> String;
}
