//! The fixed division of the corpus.

/// The folder of the messages that nobody reads to write rules, and that the model does not learn.
const UNSEEN_FOLDER: &str = "unseen/";

/// Whether the rules may be written, and the model trained, by a record of this file.
pub fn is_seen(file: &str) -> bool {
    !file.starts_with(UNSEEN_FOLDER)
}
