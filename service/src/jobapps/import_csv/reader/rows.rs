//! Reads the rows of a file one at a time. The memory for a row is limited, and a quote that is never closed is detected.

use super::Dialect;
use crate::platform::text_encoding::{DecodedText, TextEncoding};
use csv::{Reader, StringRecord};
use domain::jobapps::MAX_CSV_COLUMNS;
use std::io::{self, BufReader, Read};

/// Maximum size of a row.
const MAX_ROW_BYTES: usize = 1024 * 1024;
/// Appended to the end of a file. If a quote is still open there, this text becomes part of the last cell.
const END_MARK: &str = "\u{0}end of file\u{0}";

/// A row of a file.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Row {
    /// The number of the row, starting with 1. Empty lines do not count.
    pub number: i64,
    pub cells: StringRecord,
}

/// Why a row cannot be read. Reading stops at this row.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum RowError {
    /// A quote is never closed, or the row is too long, which is usually caused by an open quote.
    Unclosed { number: i64 },
    /// The row has more columns than allowed.
    Columns { number: i64 },
    /// The file cannot be read.
    Io(String),
}

/// Limits the number of bytes read for one row, and appends the end mark.
struct RowGuard<R> {
    inner: R,
    /// Remaining number of bytes of the current row.
    budget: usize,
    mark: &'static [u8],
}

impl<R: Read> Read for RowGuard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.budget == 0 {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let end = buffer.len().min(self.budget);
        let mut count = self.inner.read(&mut buffer[..end])?;
        if count == 0 {
            count = self.mark.read(&mut buffer[..end])?;
        }
        self.budget -= count;
        Ok(count)
    }
}

/// Reads the rows of a file, beginning with the header.
pub(in super::super) struct RowReader<R: Read> {
    csv: Reader<RowGuard<BufReader<DecodedText<R>>>>,
    number: i64,
    is_at_end: bool,
}

const END_LINE: &str = "\n\"\u{0}end of file\u{0}\"\n";

impl<R: Read> RowReader<R> {
    pub fn new(file: R, encoding: TextEncoding, dialect: Dialect) -> io::Result<Self> {
        let mut text = BufReader::new(DecodedText::new(file, encoding));
        if dialect.has_separator_line {
            skip_line(&mut text)?;
        }
        let guard = RowGuard {
            inner: text,
            budget: MAX_ROW_BYTES,
            mark: END_LINE.as_bytes(),
        };
        Ok(Self {
            csv: dialect.reader_builder().from_reader(guard),
            number: 0,
            is_at_end: false,
        })
    }

    /// The next row that is not blank. `None` at the end of the file.
    pub fn next_row(&mut self) -> Option<Result<Row, RowError>> {
        while !self.is_at_end {
            self.csv.get_mut().budget = MAX_ROW_BYTES;
            let mut cells = StringRecord::new();
            let number = self.number + 1;
            match self.csv.read_record(&mut cells) {
                Ok(true) => {}
                Ok(false) => {
                    self.is_at_end = true;
                    return None;
                }
                Err(error) => {
                    self.is_at_end = true;
                    return Some(Err(row_error(&error, number)));
                }
            }
            match cells.iter().next_back() {
                Some(END_MARK) if cells.len() == 1 => {
                    self.is_at_end = true;
                    return None;
                }
                Some(last) if last.contains(END_MARK) => {
                    self.is_at_end = true;
                    return Some(Err(RowError::Unclosed { number }));
                }
                _ => {}
            }
            if cells.len() > MAX_CSV_COLUMNS {
                self.is_at_end = true;
                return Some(Err(RowError::Columns { number }));
            }
            self.number = number;
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                return Some(Ok(Row { number, cells }));
            }
        }
        None
    }
}

fn row_error(error: &csv::Error, number: i64) -> RowError {
    match error.kind() {
        csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::QuotaExceeded => {
            RowError::Unclosed { number }
        }
        _ => RowError::Io(error.to_string()),
    }
}

/// Skips a line, with any kind of line ending.
fn skip_line(text: &mut impl io::BufRead) -> io::Result<()> {
    loop {
        let buffer = text.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let end = buffer.iter().position(|b| matches!(b, b'\n' | b'\r'));
        let length = end.map_or(buffer.len(), |end| end + 1);
        text.consume(length);
        if end.is_some() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<(i64, Vec<String>)>, Option<RowError>) {
        let dialect = Dialect::detect(text);
        let mut reader = RowReader::new(text.as_bytes(), TextEncoding::Utf8, dialect).expect("a reader");
        let mut rows = Vec::new();
        while let Some(row) = reader.next_row() {
            match row {
                Ok(row) => rows.push((row.number, row.cells.iter().map(str::to_owned).collect())),
                Err(error) => {
                    assert_eq!(reader.next_row(), None, "nothing follows an error");
                    return (rows, Some(error));
                }
            }
        }
        (rows, None)
    }

    fn cells(rows: &[(i64, Vec<String>)]) -> Vec<Vec<&str>> {
        rows.iter()
            .map(|(_, cells)| cells.iter().map(String::as_str).collect())
            .collect()
    }

    #[test]
    fn rows_are_read_with_quotes_line_breaks_and_any_line_ending() {
        for text in [
            "a,b\n\"x, \"\"y\"\"\nz\",2\n",
            "a,b\r\n\"x, \"\"y\"\"\nz\",2",
            "sep=,\r\na,b\r\n\r\n\"x, \"\"y\"\"\nz\",2\r\n",
            "a,b\r\"x, \"\"y\"\"\nz\",2\r",
        ] {
            let (rows, error) = read(text);
            assert_eq!(
                cells(&rows),
                [vec!["a", "b"], vec!["x, \"y\"\nz", "2"]],
                "{text:?}"
            );
            assert_eq!(error, None);
        }
    }

    #[test]
    fn blank_rows_are_skipped_and_counted_if_they_have_delimiters() {
        let (rows, error) = read("a,b\n,\n1,2\n , \n3\n");
        let numbers: Vec<_> = rows.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [1, 3, 5]);
        assert_eq!(cells(&rows)[2], ["3"]);
        assert_eq!(error, None);
        assert_eq!(read("").0, []);
    }

    #[test]
    fn unclosed_quote_is_reported_with_the_row_where_it_opens() {
        let (rows, error) = read("a,b\n1,2\n3,\"four\n5,6\n");
        assert_eq!(rows.len(), 2);
        assert_eq!(error, Some(RowError::Unclosed { number: 3 }));
        let (rows, error) = read("a,b\n1,\"2\"\n3,\"");
        assert_eq!(rows.len(), 2);
        assert_eq!(error, Some(RowError::Unclosed { number: 3 }));
        let endless = format!("a,b\n\"{}", "x,y\n".repeat(500_000));
        assert_eq!(read(&endless).1, Some(RowError::Unclosed { number: 2 }));
        // A quote inside a cell is an ordinary character.
        assert_eq!(read("a,b\n27\" screen,x\n").1, None);
    }

    #[test]
    fn too_many_columns_are_an_error() {
        let wide = format!("a,b\n{}\n", "x,".repeat(10_000));
        assert_eq!(read(&wide).1, Some(RowError::Columns { number: 2 }));
    }

    #[test]
    fn huge_cell_ends_reading_with_little_memory() {
        let huge = format!("a,b\n{},1\n", "x".repeat(10 * 1024 * 1024));
        let (rows, error) = read(&huge);
        assert_eq!(rows.len(), 1);
        assert_eq!(error, Some(RowError::Unclosed { number: 2 }));
    }
}
