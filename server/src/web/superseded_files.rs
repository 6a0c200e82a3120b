//! Keeps the files of earlier deployments for pages that are still open: copies of the hashed files in `pkg/`, stored in the data directory
//! until a day after a deployment no longer contains them.

use super::content_hash::is_hashed;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

/// Folder of the copies in the data directory; everything below it is public.
const FOLDER: &str = "static";
/// File in the data directory: when each file was first found to be superseded, in seconds since 1970.
const RECORD: &str = "superseded_files.json";
/// Folder of the hashed files, both in the site directory and in [`FOLDER`].
const PKG: &str = "pkg";
const RETENTION_SECONDS: i64 = 24 * 60 * 60;

/// Time by path below `pkg/`.
type Record = BTreeMap<String, i64>;

/// Copies the files of the current deployment, and deletes files that were superseded more than a day ago. Returns the directory with the
/// copies. A failure is only logged, because the current files do not depend on it.
pub fn update(site_root: &Path, data_dir: &Path, now: i64) -> PathBuf {
    let folder = data_dir.join(FOLDER);
    if let Err(error) = try_update(site_root, data_dir, now) {
        tracing::warn!(%error, folder = %folder.display(), "keeping static files of earlier deployments failed");
    }
    folder
}

fn try_update(site_root: &Path, data_dir: &Path, now: i64) -> io::Result<()> {
    let copies = data_dir.join(FOLDER).join(PKG);
    let current = hashed_files(&site_root.join(PKG))?;
    let kept = hashed_files(&copies)?;
    let record_file = data_dir.join(RECORD);
    let record = read_record(&record_file)?;
    // Delete expired files first, to free space for new ones.
    let (superseded, expired) = superseded_files(&current, &kept, &record, now);
    for path in expired {
        delete(&copies, &path)?;
    }
    if superseded != record {
        write(&record_file, &serde_json::to_vec(&superseded)?)?;
    }
    for path in current.difference(&kept) {
        copy(&site_root.join(PKG).join(path), &copies.join(path))?;
    }
    Ok(())
}

/// The new record, and the files to delete.
fn superseded_files(
    current: &BTreeSet<String>,
    kept: &BTreeSet<String>,
    record: &Record,
    now: i64,
) -> (Record, Vec<String>) {
    let mut superseded = Record::new();
    let mut expired = Vec::new();
    for path in kept.difference(current) {
        // A time in the future was recorded by a wrong clock.
        let since = record.get(path).copied().unwrap_or(now).min(now);
        if now - since > RETENTION_SECONDS {
            expired.push(path.clone());
        } else {
            superseded.insert(path.clone(), since);
        }
    }
    (superseded, expired)
}

/// The regular files whose path contains a content hash, relative to the directory. Empty if the directory does not exist.
fn hashed_files(directory: &Path) -> io::Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    let mut pending = vec![String::new()];
    while let Some(parent) = pending.pop() {
        let entries = match fs::read_dir(directory.join(&parent)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let path = format!("{parent}{name}");
            let kind = entry.file_type()?;
            if kind.is_dir() {
                pending.push(format!("{path}/"));
            } else if kind.is_file() && is_hashed(&format!("/{PKG}/{path}")) {
                files.insert(path);
            }
        }
    }
    Ok(files)
}

/// Deletes a file, and its directory if that is empty afterwards.
fn delete(directory: &Path, path: &str) -> io::Result<()> {
    let file = directory.join(path);
    fs::remove_file(&file)?;
    if let Some(parent) = file.parent().filter(|parent| *parent != directory) {
        match fs::remove_dir(parent) {
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Reads the record. An invalid record counts as empty, so that the files are kept for another day.
fn read_record(file: &Path) -> io::Result<Record> {
    match fs::read(file) {
        Ok(json) => Ok(serde_json::from_slice(&json).unwrap_or_default()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Record::new()),
        Err(error) => Err(error),
    }
}

/// Copies a file with its modification time, which is sent to browsers.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    let modified = fs::metadata(from)?.modified()?;
    replace(to, |temporary| {
        fs::copy(from, temporary)?;
        fs::File::options()
            .write(true)
            .open(temporary)?
            .set_modified(modified)
    })
}

fn write(file: &Path, content: &[u8]) -> io::Result<()> {
    replace(file, |temporary| fs::write(temporary, content))
}

/// Writes a file under a temporary name and renames it, so that it is never incomplete, even if the disk is full.
fn replace(file: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
    let mut name = file.as_os_str().to_owned();
    name.push(".new");
    let temporary = Path::new(&name);
    let result = write(temporary).and_then(|()| fs::rename(temporary, file));
    if result.is_err() {
        // Ignore this error, because the first one is reported.
        let _ = fs::remove_file(temporary);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "board.9f2959uVWLPq501EZJoj7g/board.js";
    const NEW: &str = "board.OXtfWg2IajKZjX7pF3N8OQ/board.js";
    const START: i64 = 1_700_000_000;

    /// A site directory and a data directory, deleted at the end.
    struct Folders(PathBuf);

    impl Folders {
        fn new(name: &str) -> Self {
            let path = crate::config::temp_dir().join(format!("jobhax-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(path.join("data")).expect("created");
            Self(path)
        }

        fn data(&self) -> PathBuf {
            self.0.join("data")
        }

        /// Replaces the built files.
        fn deploy(&self, files: &[&str]) {
            let pkg = self.0.join("site/pkg");
            let _ = fs::remove_dir_all(&pkg);
            for path in files {
                let file = pkg.join(path);
                fs::create_dir_all(file.parent().expect("parent")).expect("created");
                fs::write(file, path).expect("written");
            }
        }

        fn start(&self, now: i64) {
            try_update(&self.0.join("site"), &self.data(), now).expect("updated");
        }

        fn kept(&self) -> Vec<String> {
            let files = hashed_files(&self.data().join("static/pkg")).expect("files");
            files.into_iter().collect()
        }
    }

    impl Drop for Folders {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn superseded_file_is_deleted_a_day_after_the_first_start_without_it() {
        let folders = Folders::new("superseded-day");
        folders.deploy(&[OLD]);
        folders.start(START);
        folders.deploy(&[NEW]);
        // The server has been running for a week before the deployment.
        let deployed = START + 7 * RETENTION_SECONDS;
        folders.start(deployed);
        folders.start(deployed + RETENTION_SECONDS);
        assert_eq!(folders.kept(), [OLD, NEW]);
        folders.start(deployed + RETENTION_SECONDS + 1);
        assert_eq!(folders.kept(), [NEW]);
        assert!(
            !folders
                .data()
                .join("static/pkg/board.9f2959uVWLPq501EZJoj7g")
                .exists()
        );
    }

    #[test]
    fn file_of_a_deployment_that_is_rolled_back_to_is_current_again() {
        let folders = Folders::new("superseded-rollback");
        for (file, now) in [(OLD, START), (NEW, START + 1), (OLD, START + 2)] {
            folders.deploy(&[file]);
            folders.start(now);
        }
        folders.start(START + 2 + RETENTION_SECONDS);
        assert_eq!(folders.kept(), [OLD, NEW]);
        folders.start(START + 3 + RETENTION_SECONDS);
        assert_eq!(folders.kept(), [OLD]);
    }

    #[test]
    fn copy_has_the_content_and_the_modification_time() {
        let folders = Folders::new("superseded-copy");
        folders.deploy(&[OLD]);
        folders.start(START);
        let (site, copy) = (
            folders.0.join("site/pkg").join(OLD),
            folders.data().join("static/pkg").join(OLD),
        );
        assert_eq!(fs::read_to_string(&copy).expect("copy"), OLD);
        let modified = |path| fs::metadata(path).and_then(|data| data.modified()).expect("time");
        assert_eq!(modified(&copy), modified(&site));
    }

    #[test]
    fn only_regular_files_with_a_hash_are_copied() {
        let folders = Folders::new("superseded-kinds");
        folders.deploy(&[OLD, "jobhax.js"]);
        let link = folders.0.join("site/pkg/secret.OXtfWg2IajKZjX7pF3N8OQ.js");
        std::os::unix::fs::symlink("/etc/hostname", link).expect("link");
        folders.start(START);
        assert_eq!(folders.kept(), [OLD]);
        assert!(!folders.data().join("static/pkg/jobhax.js").exists());
    }

    #[test]
    fn paths_in_the_record_delete_nothing() {
        let folders = Folders::new("superseded-record");
        let victim = folders.data().join("secret.key");
        fs::write(&victim, "key").expect("written");
        fs::write(folders.data().join(RECORD), r#"{"../../secret.key":0}"#).expect("written");
        folders.deploy(&[NEW]);
        folders.start(START);
        assert!(victim.exists());
    }

    #[test]
    fn unreadable_record_keeps_files_for_another_day() {
        let folders = Folders::new("superseded-unreadable");
        folders.deploy(&[OLD]);
        folders.start(START);
        folders.deploy(&[NEW]);
        fs::write(folders.data().join(RECORD), "{").expect("written");
        folders.start(START + 1);
        assert_eq!(folders.kept(), [OLD, NEW]);
    }

    #[test]
    fn data_directory_that_cannot_be_written_is_no_error() {
        let folders = Folders::new("superseded-read-only");
        folders.deploy(&[NEW]);
        // A file in place of the directory, because tests may run as root, who can write to any directory.
        fs::write(folders.data().join(FOLDER), "").expect("written");
        let folder = update(&folders.0.join("site"), &folders.data(), START);
        assert_eq!(folder, folders.data().join(FOLDER));
    }
}
