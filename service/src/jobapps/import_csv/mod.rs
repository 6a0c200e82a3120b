//! Import of applications from CSV files. The file is written to disk as it arrives. A job reads it row by row, either to preview
//! or to import it. Applying a preview reads the same file again.

mod apply_rows;
mod compare;
mod import_job;
mod imports;
mod matching;
mod queries;
mod reader;
mod upload;
mod values;

pub(crate) use import_job::ImportCsv;
pub use imports::{confirm_csv_import, get_csv_import, map_csv_import};
pub use upload::{CsvUpload, MAX_CSV_BYTES, begin_csv_import};

use std::time::Duration;

/// Name of the file in the directory of its import.
const FILE_NAME: &str = "0.csv";
/// How long a preview can be applied.
const PREVIEW_TTL: Duration = Duration::from_hours(1);
