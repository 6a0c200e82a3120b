//! Prefixes and suffixes to strip from names. There are hundreds, so most are skipped by comparing their outermost byte.

/// Prefixes or suffixes, in the order in which they are removed.
pub struct Affixes {
    texts: Vec<String>,
    /// The outermost byte of each affix, in lower case: the first of a prefix, the last of a suffix.
    outer: Vec<u8>,
    /// Returns the outermost byte of a text.
    outer_of: fn(&str) -> Option<u8>,
}

impl Affixes {
    pub fn prefixes(texts: Vec<String>) -> Self {
        Self::new(texts, |text| text.bytes().next())
    }

    pub fn suffixes(texts: Vec<String>) -> Self {
        Self::new(texts, |text| text.bytes().next_back())
    }

    fn new(texts: Vec<String>, outer_of: fn(&str) -> Option<u8>) -> Self {
        let outer = texts
            .iter()
            .map(|text| outer_of(text).map_or(u8::MAX, |byte| byte.to_ascii_lowercase()));
        Self {
            outer: outer.collect(),
            texts,
            outer_of,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    pub fn get(&self, position: usize) -> Option<&str> {
        self.texts.get(position).map(String::as_str)
    }

    /// The index of the first affix at or after `from` that may match a name, ignoring case.
    pub fn next_possible(&self, from: usize, name: &str) -> usize {
        let Some(byte) = (self.outer_of)(name).filter(u8::is_ascii) else {
            return from;
        };
        let byte = byte.to_ascii_lowercase();
        let rest = self.outer.get(from..).unwrap_or_default();
        let next = rest.iter().position(|outer| *outer == byte || !outer.is_ascii());
        from + next.unwrap_or(rest.len())
    }
}
