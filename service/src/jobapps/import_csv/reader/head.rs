//! Detects the format of a file from its beginning: encoding and dialect, columns, and sample values.

use super::{Dialect, RowError, RowReader, TextEncoding};
use crate::platform::text_encoding::DecodedText;
use csv::StringRecord;
use domain::jobapps::{CsvColumn, MAX_CSV_COLUMNS, csv::unmark_formula};
use std::io::Read as _;

/// Number of bytes at the beginning of a file that are read for detection.
pub(in super::super) const HEAD_BYTES: usize = 256 * 1024;
const MAX_COLUMN_NAME_LEN: usize = 100;
const MAX_SAMPLES: usize = 3;
const MAX_SAMPLE_LEN: usize = 80;
/// Maximum number of rows searched for sample values.
const SAMPLE_ROWS: usize = 200;
/// The first bytes of Excel files, in the current and the old format.
const SPREADSHEETS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// The format of a file, detected from its beginning.
#[derive(Debug)]
pub(in super::super) struct Head {
    pub encoding: TextEncoding,
    pub dialect: Dialect,
    /// The columns, not mapped to fields yet.
    pub columns: Vec<CsvColumn>,
}

/// Why a file cannot be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum HeadError {
    Empty,
    Spreadsheet,
    NotText,
    Columns,
    Unreadable,
}

impl HeadError {
    /// The problem and how to fix it.
    pub fn detail(self) -> String {
        match self {
            Self::Empty => "The file is empty. Choose a CSV file with the names of the columns in its first row.".into(),
            Self::Spreadsheet => "This is a spreadsheet or an archive. Open it, save it as CSV, and choose that file.".into(),
            Self::NotText => "This is not a text file. Choose a CSV file.".into(),
            Self::Columns => format!("The file has more than {MAX_CSV_COLUMNS} columns. Remove those that you don't need."),
            Self::Unreadable => {
                "The first row can't be read. Check that each quote in it is closed, and save the file as CSV again.".into()
            }
        }
    }
}

/// Detects the format from the beginning of a file, which may be truncated.
pub(in super::super) fn read_head(bytes: &[u8], is_utf8: bool) -> Result<Head, HeadError> {
    if SPREADSHEETS.iter().any(|start| bytes.starts_with(start)) {
        return Err(HeadError::Spreadsheet);
    }
    let encoding = TextEncoding::detect(bytes, is_utf8);
    let mut text = Vec::new();
    if DecodedText::new(bytes, encoding).read_to_end(&mut text).is_err() {
        return Err(HeadError::Unreadable);
    }
    let text = String::from_utf8_lossy(&text);
    if text.contains('\0') {
        return Err(HeadError::NotText);
    }
    let dialect = Dialect::detect(&text);
    let mut reader = RowReader::new(bytes, encoding, dialect).map_err(|_| HeadError::Unreadable)?;
    let names = match reader.next_row() {
        None => return Err(HeadError::Empty),
        Some(Ok(row)) => row.cells,
        Some(Err(RowError::Columns { .. })) => return Err(HeadError::Columns),
        Some(Err(_)) => return Err(HeadError::Unreadable),
    };
    let mut columns = new_columns(&names);
    for _ in 0..SAMPLE_ROWS {
        // The last row may be truncated.
        let Some(Ok(row)) = reader.next_row() else { break };
        add_samples(&mut columns, &row.cells);
    }
    Ok(Head {
        encoding,
        dialect,
        columns,
    })
}

fn new_columns(names: &StringRecord) -> Vec<CsvColumn> {
    let column = |(index, name): (usize, &str)| {
        let name = visible(unmark_formula(name.trim()), MAX_COLUMN_NAME_LEN);
        CsvColumn {
            name: if name.is_empty() {
                format!("Column {}", index + 1)
            } else {
                name
            },
            field: None,
            samples: Vec::new(),
            date_order: None,
            is_date_order_assumed: false,
        }
    };
    names.iter().enumerate().map(column).collect()
}

fn add_samples(columns: &mut [CsvColumn], cells: &StringRecord) {
    for (column, cell) in columns.iter_mut().zip(cells) {
        if column.samples.len() < MAX_SAMPLES {
            let sample = visible(unmark_formula(cell.trim()), MAX_SAMPLE_LEN);
            if !sample.is_empty() && !column.samples.contains(&sample) {
                column.samples.push(sample);
            }
        }
    }
}

/// The text on one line, without control characters.
pub(in super::super) fn visible(text: &str, max: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    line.chars().filter(|c| !c.is_control()).take(max).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_their_names_and_first_values() {
        let head = read_head(
            b"\xef\xbb\xbfCompany;;Job\nMoss;1;'=x\nMoss;2;\n;3;Clerk\nFern;4;\"a\nb\"\n",
            true,
        )
        .expect("valid");
        assert_eq!(head.dialect.delimiter, b';');
        let columns: Vec<_> = head
            .columns
            .iter()
            .map(|c| (c.name.as_str(), c.samples.join("|")))
            .collect();
        assert_eq!(
            columns,
            [
                ("Company", "Moss|Fern".into()),
                ("Column 2", "1|2|3".into()),
                ("Job", "=x|Clerk|a b".into())
            ]
        );
    }

    #[test]
    fn other_files_are_rejected() {
        let error = |bytes: &[u8]| read_head(bytes, true).err();
        assert_eq!(error(b""), Some(HeadError::Empty));
        assert_eq!(error(b"\n \n,,\n"), Some(HeadError::Empty));
        assert_eq!(error(b"PK\x03\x04rest"), Some(HeadError::Spreadsheet));
        assert_eq!(error(b"GIF89a\0\0"), Some(HeadError::NotText));
        assert_eq!(error(b"a,\"b"), Some(HeadError::Unreadable));
        assert_eq!(error("x,".repeat(10_000).as_bytes()), Some(HeadError::Columns));
        assert!(!HeadError::Columns.detail().is_empty());
    }
}
