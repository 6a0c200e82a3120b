//! The fixed division of the corpus.

/// The folders of the messages that nobody reads to write rules, and that the model does not learn.
const UNSEEN_FOLDERS: [&str; 7] = [
    "unseen/",
    "blind-3/",
    "blind-7/",
    "blind-8/",
    "blind-14/",
    "blind-15/",
    "blind-16/",
];

/// Whether the rules may be written, and the model trained, by a record of this file.
pub fn is_seen(file: &str) -> bool {
    !UNSEEN_FOLDERS.iter().any(|folder| file.starts_with(folder))
}
