//! Cells of CSV files. Values that a spreadsheet would evaluate as formulas are escaped with an apostrophe, and can be read back.

use std::borrow::Cow;

/// First characters of cells to escape: those that start a formula in a spreadsheet, and the apostrophe itself, so that escaping can be
/// reversed.
const MARKED: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\'', '＝', '＋', '－', '＠'];

/// Escapes the text with a leading apostrophe if a spreadsheet would evaluate it as a formula.
pub fn mark_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(MARKED) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The inverse of [`mark_formula`].
pub fn unmark_formula(text: &str) -> &str {
    text.strip_prefix('\'')
        .filter(|rest| rest.starts_with(MARKED))
        .unwrap_or(text)
}

/// Appends a row to a CSV document (RFC 4180).
pub fn push_row(document: &mut String, cells: &[String]) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            document.push(',');
        }
        let cell = mark_formula(cell);
        if cell.contains(['"', ',', '\r', '\n']) {
            document.push('"');
            document.push_str(&cell.replace('"', "\"\""));
            document.push('"');
        } else {
            document.push_str(&cell);
        }
    }
    document.push_str("\r\n");
}

/// Joins values into one cell, separated by `; `. A backslash escapes semicolons and backslashes within a value.
pub fn join_values(values: &[String]) -> String {
    let escaped = values
        .iter()
        .map(|value| value.replace('\\', "\\\\").replace(';', "\\;"));
    escaped.collect::<Vec<_>>().join("; ")
}

/// The inverse of [`join_values`]. Trims the values and drops empty ones.
pub fn split_values(cell: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut characters = cell.chars();
    while let Some(c) = characters.next() {
        match (c, values.last_mut()) {
            (';', _) => values.push(String::new()),
            ('\\', Some(value)) => value.extend(characters.next()),
            (c, Some(value)) => value.push(c),
            (_, None) => {}
        }
    }
    let values = values.iter().map(|value| value.trim().to_owned());
    values.filter(|value| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn marked_formula_is_harmless_and_reads_back(text in "[=+\\-@'\t\r＝x1 ]{0,6}") {
            let marked = mark_formula(&text);
            prop_assert!(!marked.starts_with(['=', '+', '-', '@', '\t', '\r', '＝']));
            prop_assert_eq!(unmark_formula(&marked), text.as_str());
        }
    }

    proptest! {
        #[test]
        fn joined_values_read_back(values in prop::collection::vec("[a-c;\\\\,]{1,4}", 0..5)) {
            prop_assert_eq!(split_values(&join_values(&values)), values);
        }
    }

    #[test]
    fn row_quotes_only_what_needs_it() {
        let mut document = String::new();
        let cells = ["a b", "a,b", "say \"hi\"", "two\nlines", "=1+1", ""].map(str::to_owned);
        push_row(&mut document, &cells);
        assert_eq!(
            document,
            "a b,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",'=1+1,\r\n"
        );
    }

    #[test]
    fn joined_values_remain_distinct() {
        let values = ["a;b", "c\\", "d"].map(str::to_owned);
        assert_eq!(join_values(&values), "a\\;b; c\\\\; d");
    }
}
