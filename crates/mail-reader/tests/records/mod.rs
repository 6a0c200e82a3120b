//! Reads files of labelled messages. A record is a line `=== name`, lines `label: value`, a line `---`, and the message.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// A message with its labels, which say how it should be classified.
pub struct Record {
    /// Path of the file, relative to the folder.
    pub file: String,
    pub name: String,
    pub labels: BTreeMap<String, String>,
    pub raw: Vec<u8>,
}

impl Record {
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name).map(String::as_str)
    }
}

/// Reads all records of the `.txt` files in a folder and its subfolders, in the order of their paths.
pub fn read_records(folder: &Path) -> io::Result<Vec<Record>> {
    let mut files = Vec::new();
    list_files(folder, &mut files)?;
    files.sort();
    let mut records = Vec::new();
    for path in files {
        let file = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        let content = format!("\n{}", fs::read_to_string(&path)?);
        records.extend(
            content
                .split("\n=== ")
                .skip(1)
                .filter_map(|part| parse_record(&file, part)),
        );
    }
    Ok(records)
}

fn parse_record(file: &str, part: &str) -> Option<Record> {
    let (head, raw) = part.split_once("\n---\n")?;
    let mut lines = head.lines();
    let name = lines.next()?.trim().to_owned();
    let labels = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(label, value)| (label.trim().to_owned(), value.trim().to_owned()))
        .collect();
    Some(Record {
        file: file.to_owned(),
        name,
        labels,
        raw: raw.as_bytes().to_vec(),
    })
}

fn list_files(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list_files(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "txt") {
            files.push(path);
        }
    }
    Ok(())
}
