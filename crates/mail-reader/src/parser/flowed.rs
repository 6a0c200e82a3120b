//! Joins the lines of `format=flowed` texts (RFC 3676), which email programs wrap for transport.

/// The `format` and `delsp` parameters of a text part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flowed {
    /// `delsp=yes`: the space at the end of a wrapped line is not part of the text.
    pub deletes_space: bool,
}

impl Flowed {
    /// Parses the parameters of a content type; `None` unless the format is `flowed`.
    pub fn from_parameters(format: Option<&str>, delsp: Option<&str>) -> Option<Self> {
        let is = |value: Option<&str>, expected: &str| {
            value.is_some_and(|v| v.trim().eq_ignore_ascii_case(expected))
        };
        is(format, "flowed").then(|| Self {
            deletes_space: is(delsp, "yes"),
        })
    }

    /// Joins wrapped lines. Quoted lines keep their quote marks.
    pub fn join(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        // The quote depth of the previous line if it was wrapped, so that the next line of this depth continues it.
        let mut continued: Option<usize> = None;
        for line in text.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            let unquoted = line.trim_start_matches('>');
            let depth = line.len() - unquoted.len();
            let content = unquoted.strip_prefix(' ').unwrap_or(unquoted);
            let is_signature = content == "-- ";
            if continued != Some(depth) || is_signature {
                if !out.is_empty() {
                    out.push('\n');
                }
                if depth > 0 {
                    out.extend(std::iter::repeat_n('>', depth));
                    out.push(' ');
                }
            }
            let is_wrapped = content.ends_with(' ') && !is_signature;
            let end = content.len() - usize::from(is_wrapped && self.deletes_space);
            out.push_str(content.get(..end).unwrap_or(content));
            continued = is_wrapped.then_some(depth);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_are_joined_and_fixed_ones_are_not() {
        let flowed = Flowed::from_parameters(Some("Flowed"), None).expect("flowed");
        assert_eq!(
            flowed.join("We will not \r\ntake it \r\nfurther.\r\n\r\nData\r\nAnalyst\r\n-- \r\nAda"),
            "We will not take it further.\n\nData\nAnalyst\n-- \nAda"
        );
        assert_eq!(flowed.join("> a \n> b\n>> c \nd \n> e"), "> a b\n>> c \nd \n> e");
        // Space-stuffed lines.
        assert_eq!(flowed.join(" From here \n >on"), "From here >on");
        assert_eq!(Flowed::from_parameters(Some("fixed"), Some("yes")), None);
    }

    #[test]
    fn space_at_line_end_is_removed_with_delsp() {
        let flowed = Flowed::from_parameters(Some("flowed"), Some("YES")).expect("flowed");
        assert_eq!(flowed.join("応募を \n受け付け \nました"), "応募を受け付けました");
        assert_eq!(flowed.join("two  \nwords"), "two words");
    }
}
