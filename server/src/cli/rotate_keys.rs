//! `jobhax rotate-keys`.

use crate::{config::RotateKeys, start::StartError};
use service::{
    keys::{KeyFile, Rotation},
    rng::SystemRng,
};
use std::io::Write as _;

/// Takes one step of changing the key, and says what comes next.
pub fn run(config: &RotateKeys) -> Result<(), StartError> {
    let (rotation, next) = if config.announce {
        let next = "The next key stands in the file. Restart every server, then call `jobhax rotate-keys`.";
        (Rotation::Announce, next)
    } else if config.forget {
        let next = "The previous key is gone from the file. Restart every server: what it signed ends.";
        (Rotation::Forget, next)
    } else {
        let next = "New tokens are signed with another key as soon as a server restarts; restart every server. After \
                    fifteen minutes nothing of the previous key is in use: call `jobhax rotate-keys --forget`.";
        (Rotation::Change, next)
    };
    KeyFile::rotate(&config.file(), rotation, &SystemRng).map_err(|e| StartError::Other(e.to_string()))?;
    std::io::stdout()
        .write_all(format!("{next}\n").as_bytes())
        .map_err(|e| StartError::Other(format!("cannot print: {e}")))
}
