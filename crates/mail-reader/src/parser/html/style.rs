//! Decides which elements are visible, from inline styles, attributes, and simple rules of style sheets.

use super::tag::Tag;

/// Maximum number of hiding selectors kept per message; the rest are ignored.
const MAX_SELECTORS: usize = 200;
/// Text up to this size, in pixels or points, is considered invisible.
const MAX_INVISIBLE_SIZE: f32 = 2.0;

/// The inherited properties that decide whether an element is visible.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// The element and its descendants are not displayed.
    is_removed: bool,
    /// The font size is zero or tiny. Descendants may set another size, as in many table layouts.
    is_tiny: bool,
    /// `visibility: hidden` or `collapse`. Descendants may be visible.
    is_invisible: bool,
    /// The text color, if it is set.
    color: Option<Color>,
    background: Background,
}

#[derive(Clone, Copy, Debug, Default)]
enum Background {
    /// The background of the page, which is white.
    #[default]
    Page,
    Plain(Color),
    /// An image, or possibly set by a style sheet.
    Unknown,
}

/// Red, green and blue.
type Color = (u8, u8, u8);

impl Style {
    pub fn is_visible(&self) -> bool {
        !self.is_removed && !self.is_tiny && !self.is_invisible && !self.is_same_color()
    }

    /// Whether the text color is similar to the background color, such as white on white.
    fn is_same_color(&self) -> bool {
        let Some(color) = self.color else { return false };
        match self.background {
            Background::Page => is_similar(color, (255, 255, 255)),
            Background::Plain(background) => is_similar(color, background),
            Background::Unknown => false,
        }
    }

    /// The style of a child of an element with this style.
    pub fn of_child(mut self, tag: &Tag<'_>, sheet: &StyleSheet) -> Self {
        tag.for_each_attribute(|name, value| match name {
            "style" => self.apply(value),
            "hidden" => self.is_removed = true,
            "bgcolor" => self.set_background(value),
            "background" => self.background = Background::Unknown,
            "color" if tag.name == "font" => self.color = parse_color(value),
            "class" => {
                // A class may set the background, but only the hiding rules of style sheets are known.
                self.background = Background::Unknown;
                let mut classes = value.split_ascii_whitespace();
                self.is_removed |= classes.any(|class| sheet.hides('.', class));
            }
            "id" => self.is_removed |= sheet.hides('#', value.trim()),
            _ => {}
        });
        self
    }

    fn set_background(&mut self, value: &str) {
        match parse_color(value) {
            Some(color) => self.background = Background::Plain(color),
            None if matches!(value.trim(), "" | "transparent" | "none" | "inherit" | "initial") => {}
            None => self.background = Background::Unknown,
        }
    }

    /// Applies the declarations of a `style` attribute.
    fn apply(&mut self, declarations: &str) {
        for (property, value) in split_declarations(declarations) {
            match property.as_str() {
                "font-size" => {
                    if let Some(size) = parse_size(&value) {
                        self.is_tiny = size <= MAX_INVISIBLE_SIZE;
                    } else if !value.starts_with("inherit") {
                        self.is_tiny = false;
                    }
                }
                "font" => {
                    let size = value.split([' ', '/']).find_map(parse_size);
                    self.is_tiny = size.map_or(self.is_tiny, |s| s <= MAX_INVISIBLE_SIZE);
                }
                "visibility" => self.is_invisible = matches!(value.as_str(), "hidden" | "collapse"),
                "color" => self.color = parse_color(&value).or(self.color.filter(|_| value == "inherit")),
                "background" | "background-color" => self.set_background(&value),
                "background-image" => self.background = Background::Unknown,
                _ => self.is_removed |= is_removal(&property, &value),
            }
        }
    }
}

/// Whether a declaration hides the element and all its descendants.
fn is_removal(property: &str, value: &str) -> bool {
    match property {
        "display" => value == "none",
        "mso-hide" => value == "all",
        "opacity" => value.parse::<f32>().is_ok_and(|o| o <= 0.02),
        "max-height" => parse_size(value).is_some_and(|s| s <= MAX_INVISIBLE_SIZE),
        _ => false,
    }
}

/// Splits declarations into properties and values, both in lower case and without `!important`.
fn split_declarations(declarations: &str) -> impl Iterator<Item = (String, String)> {
    declarations.split(';').take(60).filter_map(|declaration| {
        let (property, value) = declaration.split_once(':')?;
        let value = value.to_ascii_lowercase();
        let value = value.split('!').next().unwrap_or_default().trim().to_owned();
        Some((property.trim().to_ascii_lowercase(), value))
    })
}

/// Parses a size in pixels or points, or zero in any unit. `None` for other units, which are assumed to be readable.
fn parse_size(value: &str) -> Option<f32> {
    let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    let number: f32 = digits.parse().ok()?;
    match value.get(digits.len()..) {
        Some("px" | "pt") => Some(number),
        _ if number == 0.0 => Some(0.0),
        _ => None,
    }
}

fn is_similar(a: Color, b: Color) -> bool {
    a.0.abs_diff(b.0) <= 8 && a.1.abs_diff(b.1) <= 8 && a.2.abs_diff(b.2) <= 8
}

/// Parses `#fff`, `#ffffff`, `ffffff`, `rgb(255, 255, 255)`, `white` or `black`. Ignores further words, as in `background: #fff url(…)`.
fn parse_color(value: &str) -> Option<Color> {
    let value = value.trim().to_ascii_lowercase();
    if let Some(arguments) = value.strip_prefix("rgb(").or_else(|| value.strip_prefix("rgba(")) {
        let arguments = arguments.split(')').next()?;
        let mut numbers = arguments.split([',', ' ']).filter_map(|n| n.parse::<u8>().ok());
        return Some((numbers.next()?, numbers.next()?, numbers.next()?));
    }
    let word = value.split_ascii_whitespace().next()?;
    match word {
        "white" => return Some((255, 255, 255)),
        "black" => return Some((0, 0, 0)),
        _ => {}
    }
    let digits = word.strip_prefix('#').unwrap_or(word);
    let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    let channel = |at: usize, len: usize| u8::from_str_radix(digits.get(at..at + len)?, 16).ok();
    match digits.len() {
        3 if is_hex && word.starts_with('#') => {
            Some((channel(0, 1)? * 17, channel(1, 1)? * 17, channel(2, 1)? * 17))
        }
        6 if is_hex => Some((channel(0, 2)?, channel(2, 2)?, channel(4, 2)?)),
        _ => None,
    }
}

/// The classes and ids that the style sheets of a message hide on a screen.
#[derive(Debug, Default)]
pub struct StyleSheet {
    hidden: Vec<String>,
}

impl StyleSheet {
    fn hides(&self, prefix: char, name: &str) -> bool {
        self.hidden
            .iter()
            .any(|selector| selector.strip_prefix(prefix).is_some_and(|rest| rest == name))
    }

    /// Adds the rules of a `style` element whose selector is a class or an id. Rules within `@media` and similar are ignored,
    /// because they depend on the device.
    pub fn add(&mut self, css: &str) {
        let mut depth = 0_usize;
        let mut start = 0;
        let mut selectors = "";
        let mut in_condition = false;
        for (at, b) in css.bytes().enumerate() {
            match b {
                b'{' => {
                    if depth == 0 {
                        selectors = css.get(start..at).unwrap_or_default();
                        in_condition = selectors.contains('@');
                    }
                    depth += 1;
                    start = at + 1;
                }
                b'}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 && !in_condition {
                        self.add_rule(selectors, css.get(start..at).unwrap_or_default());
                    }
                    start = at + 1;
                }
                _ => {}
            }
        }
    }

    fn add_rule(&mut self, selectors: &str, declarations: &str) {
        let is_removed = split_declarations(declarations).any(|(property, value)| {
            is_removal(&property, &value) || (property == "visibility" && value == "hidden")
        });
        if !is_removed {
            return;
        }
        let selectors = selectors.rsplit("*/").next().unwrap_or_default();
        for selector in selectors.split(',') {
            let selector = selector.trim();
            // `div.preheader` counts as `.preheader`. Selectors with combinators are ignored, because they may not match.
            let at = selector.find(['.', '#']).unwrap_or(selector.len());
            let (element, name) = selector.split_at(at);
            let is_simple = element.bytes().all(|b| b.is_ascii_alphanumeric())
                && name.len() > 1
                && name
                    .bytes()
                    .skip(1)
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            if is_simple && self.hidden.len() < MAX_SELECTORS {
                self.hidden.push(name.to_owned());
            }
        }
    }
}
