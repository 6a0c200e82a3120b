//! `jobhax rotate-keys`.

use super::{admin, database::Database, print};
use crate::{config::RotateKeys, error::StartupError};
use service::{
    admin::{StaleSecrets, count_stale_secrets},
    platform::{
        crypto::key_file::{KeyFile, RotationStep},
        rng::SystemRng,
    },
};

/// Performs one step of a key rotation and prints what to do next.
pub async fn run(config: &RotateKeys) -> Result<(), StartupError> {
    let (step, next) = if config.stage {
        let next = "The next key is in the file. Restart every server, then run `jobhax rotate-keys`.";
        (RotationStep::Stage, next)
    } else if config.retire {
        let next =
            "The previous key was removed. Restart every server; tokens signed with it become invalid.";
        (RotationStep::Retire, next)
    } else {
        let next = "The key was replaced. Restart every server; it then signs tokens with the new key. Then run \
                    `jobhax admin reencrypt`. After a day no valid token uses the previous key: run `jobhax rotate-keys --forget`.";
        (RotationStep::Promote, next)
    };
    let path = config.key_file();
    let removes_key = step != RotationStep::Stage
        && KeyFile::read(&path)
            .map_err(|e| failed(&e))?
            .is_some_and(|file| file.has_previous());
    if removes_key && !config.force {
        check_unused(config).await?;
    }
    KeyFile::rotate(&path, step, &SystemRng).map_err(|e| failed(&e))?;
    print(&format!("{next}\n"))
}

/// Fails while secrets in the database are encrypted with the previous key.
async fn check_unused(config: &RotateKeys) -> Result<(), StartupError> {
    let database = Database::open_beside_server(&config.database, &SystemRng).await?;
    let counted = match admin::services(&database, &config.key_file(), &config.database.data_dir) {
        Ok(services) => count_stale_secrets(&services).await.map_err(|e| failed(&e)),
        Err(error) => Err(error),
    };
    database.close().await;
    let counted = counted.map_err(|error| {
        StartupError::Other(format!(
            "cannot count the secrets that need the previous key: {error}"
        ))
    })?;
    let columns: Vec<String> = counted.iter().filter(|c| c.secrets > 0).map(describe).collect();
    if columns.is_empty() {
        return Ok(());
    }
    Err(StartupError::Other(format!(
        "nothing was changed: secrets in the database still need the previous key: {}. Restart every server if you have not since the \
         last rotation, run `jobhax admin reencrypt`, and try again. With --force they become unreadable",
        columns.join(", ")
    )))
}

fn describe(column: &StaleSecrets) -> String {
    format!("{} in {}", column.secrets, column.column)
}

fn failed(error: &service::Error) -> StartupError {
    StartupError::Other(error.to_string())
}
