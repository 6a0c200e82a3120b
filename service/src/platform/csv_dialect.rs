//! The delimiter of a CSV file.

use csv::{ReaderBuilder, StringRecord};
use serde::{Deserialize, Serialize};

/// Delimiters that are tried, the most common first.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// Number of rows that are compared to detect the delimiter.
const SAMPLE_ROWS: usize = 20;
/// Beginning of the line that declares the delimiter for Excel.
const SEPARATOR_MARK: &str = "sep=";

/// The delimiter of a file, and whether the file declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dialect {
    /// The delimiter.
    pub delimiter: u8,
    /// Whether the first line only names the delimiter.
    pub has_separator_line: bool,
}

impl Dialect {
    /// The dialect of a document that begins with this text.
    pub fn detect(start: &str) -> Self {
        if let Some(delimiter) = separator_line(start) {
            return Self {
                delimiter,
                has_separator_line: true,
            };
        }
        let delimiter = DELIMITERS
            .into_iter()
            .rev()
            .max_by_key(|delimiter| score(start, *delimiter))
            .unwrap_or(b',');
        Self {
            delimiter,
            has_separator_line: false,
        }
    }

    /// A reader of such a file.
    pub fn reader_builder(self) -> ReaderBuilder {
        let mut builder = ReaderBuilder::new();
        builder
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true);
        builder
    }
}

/// The delimiter that a line such as `sep=;` names.
fn separator_line(start: &str) -> Option<u8> {
    let line = start.lines().next()?;
    let (mark, rest) = line.split_at_checked(SEPARATOR_MARK.len())?;
    if !mark.eq_ignore_ascii_case(SEPARATOR_MARK) {
        return None;
    }
    match rest.as_bytes() {
        [delimiter] if delimiter.is_ascii() && !delimiter.is_ascii_alphanumeric() && *delimiter != b'"' => {
            Some(*delimiter)
        }
        _ => None,
    }
}

/// The number of cells, separated by this delimiter, in the rows that have as many cells as the first row. 0 if the first row has only
/// one cell.
fn score(start: &str, delimiter: u8) -> usize {
    let dialect = Dialect {
        delimiter,
        has_separator_line: false,
    };
    let mut reader = dialect.reader_builder().from_reader(start.as_bytes());
    let rows: Vec<StringRecord> = reader.records().take(SAMPLE_ROWS).map_while(Result::ok).collect();
    let columns = rows.first().map_or(0, StringRecord::len);
    if columns < 2 {
        return 0;
    }
    columns * rows.iter().filter(|row| row.len() == columns).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiter_is_that_of_the_most_regular_cells() {
        for (text, delimiter) in [
            ("Company,Title\nMoss,Clerk\n", b','),
            (
                "Company;Title;Salary\nMoss;Clerk, senior;1,5\nFern;Baker;2,5\n",
                b';',
            ),
            ("Company\tTitle\nMoss, Ltd\tClerk; x\n", b'\t'),
            ("Company|Title\nMoss|Clerk\n", b'|'),
            ("Company\nMoss\n", b','),
            ("\"Company; legal\",Title\n\"a;b\",c\n", b','),
            ("", b','),
        ] {
            let dialect = Dialect::detect(text);
            assert_eq!(
                (dialect.delimiter, dialect.has_separator_line),
                (delimiter, false),
                "{text}"
            );
        }
        for (text, delimiter) in [
            ("sep=;\r\nCompany;Title\r\n", b';'),
            ("SEP=\t\nCompany\tTitle\n", b'\t'),
        ] {
            let dialect = Dialect::detect(text);
            assert_eq!(
                (dialect.delimiter, dialect.has_separator_line),
                (delimiter, true),
                "{text}"
            );
        }
        assert!(!Dialect::detect("sep=ab\nx,y\n").has_separator_line);
        assert!(!Dialect::detect("separate,Title\nx,y\n").has_separator_line);
    }
}
