//! The fixed split of the corpus into seen and unseen records.

/// Folders of the held-out set, which is not used to write rules or to train the model.
const UNSEEN_FOLDERS: [&str; 7] = [
    "unseen/",
    "blind-3/",
    "blind-7/",
    "blind-8/",
    "blind-14/",
    "blind-15/",
    "blind-16/",
];

/// Whether the records of a file may be used to write rules and to train the model.
pub fn is_seen(file: &str) -> bool {
    !UNSEEN_FOLDERS.iter().any(|folder| file.starts_with(folder))
}
