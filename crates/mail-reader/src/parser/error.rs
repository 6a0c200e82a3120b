//! Why a message cannot be read. The texts are shown to users in the list of import errors.

use thiserror::Error;

/// The message exceeds a size limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TooLarge {
    /// See [`MAX_MESSAGE_BYTES`](super::MAX_MESSAGE_BYTES).
    #[error("This email is larger than 10 MB and was skipped.")]
    Message,
    /// The header block exceeds 256 KB.
    #[error("The headers of this email are larger than 256 KB, so it was skipped.")]
    Headers,
}

/// Why a message cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ParseError {
    /// A size limit is exceeded.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
    /// More than 1000 MIME parts.
    #[error("This email has more than 1000 parts and was skipped.")]
    TooManyParts,
    /// MIME parts nested more than 50 levels deep.
    #[error("The parts of this email are nested more than 50 levels deep, so it was skipped.")]
    TooDeep,
    /// No sender, subject or date.
    #[error("This is not an email: it has no sender, subject or date.")]
    NoHeaders,
    /// Neither the headers nor the mbox separator contain a plausible date.
    #[error("This email has no valid date and was skipped.")]
    NoDate,
    /// Gmail labels the message as spam, a draft or a chat. Not an error, so it is not shown to users.
    #[error("This is spam, a draft or a chat and was skipped.")]
    Excluded,
    /// The MIME parser failed.
    #[error("This email is malformed and was skipped.")]
    Malformed,
}
