//! `jobhax rotate-keys`.

use super::print;
use crate::{config::RotateKeys, error::StartupError};
use service::platform::{
    crypto::key_file::{KeyFile, RotationStep},
    rng::SystemRng,
};

/// Performs one step of a key rotation and prints what to do next.
pub fn run(config: &RotateKeys) -> Result<(), StartupError> {
    let (step, next) = if config.stage {
        let next = "The next key is in the file. Restart every server, then run `jobhax rotate-keys`.";
        (RotationStep::Stage, next)
    } else if config.retire {
        let next =
            "The previous key was removed. Restart every server; tokens signed with it become invalid.";
        (RotationStep::Retire, next)
    } else {
        let next = "The key was replaced. Restart every server; it then signs tokens with the new key. After a day \
                    no valid token and no password of a mailbox that syncs uses the previous key: run `jobhax rotate-keys --forget`.";
        (RotationStep::Promote, next)
    };
    KeyFile::rotate(&config.key_file(), step, &SystemRng).map_err(|e| StartupError::Other(e.to_string()))?;
    print(&format!("{next}\n"))
}
