//! The key file. Its first line is the current key; a line `next …` is the key that will replace it, a line `previous …` the
//! key that it replaced. Each key is base64 of 32 bytes.

use super::keys::KEY_LEN;
use crate::{Error, platform::rng::Rng};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    collections::HashSet,
    fs,
    io::{Read as _, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
};

/// A random 32-byte key practically always has at least this many distinct bytes. A key with fewer was probably typed by hand.
const MIN_DISTINCT_BYTES: usize = 16;
/// The permissions of the group and of all others.
const MODE_OF_OTHERS: u32 = 0o077;

/// The keys in the file.
pub struct KeyFile {
    pub(super) current: [u8; KEY_LEN],
    pub(super) next: Option<[u8; KEY_LEN]>,
    pub(super) previous: Option<[u8; KEY_LEN]>,
}

/// A step of key rotation. Between two steps all servers are restarted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationStep {
    /// Creates the next key, so that all servers accept it before the first one uses it.
    Stage,
    /// Makes the next key, or a new one, the current key; the current key becomes the previous one.
    Promote,
    /// Removes the previous key; signatures and ciphertexts of that key become invalid.
    Retire,
}

impl KeyFile {
    /// Reads the file; `None` when it does not exist. A file that other users of the machine can read is rejected: the key may be
    /// known to them.
    ///
    /// # Errors
    /// [`Error::Internal`] with a message for the operator.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        let read_error = |e: std::io::Error| file_error(path, &e.to_string());
        let mut file = match fs::File::open(path) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(read_error(e)),
        };
        let mode = file.metadata().map_err(read_error)?.permissions().mode();
        if mode & MODE_OF_OTHERS != 0 {
            let mode = mode & 0o777;
            let problem =
                format!("can be read or changed by other users (mode {mode:04o}); run chmod 600 on it");
            return Err(file_error(path, &problem));
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(read_error)?;
        let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
        let first = lines
            .next()
            .ok_or_else(|| file_error(path, "is empty; restore it from a backup"))?;
        let mut file = Self {
            current: parse_key(path, first)?,
            next: None,
            previous: None,
        };
        for line in lines {
            let (slot, key) = match line.split_once(' ') {
                Some(("next", key)) => (&mut file.next, key),
                Some(("previous", key)) => (&mut file.previous, key),
                _ => {
                    return Err(file_error(
                        path,
                        "has a line that is neither next nor previous and a key",
                    ));
                }
            };
            if slot.replace(parse_key(path, key.trim())?).is_some() {
                return Err(file_error(path, "has more than one next or previous key"));
            }
        }
        Ok(Some(file))
    }

    /// Whether the next step other than [`RotationStep::Stage`] removes a key.
    pub fn has_previous(&self) -> bool {
        self.previous.is_some()
    }

    /// Creates the file, mode 0600, with a random key.
    pub(super) fn create(path: &Path, rng: &dyn Rng) -> Result<Self, Error> {
        let file = Self {
            current: random_key(rng),
            next: None,
            previous: None,
        };
        file.write(path, path)?;
        Ok(file)
    }

    /// Applies a rotation step and replaces the file atomically.
    ///
    /// # Errors
    /// [`Error::Internal`] with a message for the operator when the file is missing or invalid, or cannot be written.
    pub fn rotate(path: &Path, step: RotationStep, rng: &dyn Rng) -> Result<Self, Error> {
        let file = Self::read(path)?
            .ok_or_else(|| file_error(path, "does not exist; the server creates it when it first starts"))?;
        let file = match step {
            RotationStep::Stage => Self {
                next: Some(file.next.unwrap_or_else(|| random_key(rng))),
                ..file
            },
            RotationStep::Promote => Self {
                current: file.next.unwrap_or_else(|| random_key(rng)),
                next: None,
                previous: Some(file.current),
            },
            RotationStep::Retire => Self {
                previous: None,
                ..file
            },
        };
        let temporary = path.with_extension("new");
        let _ = fs::remove_file(&temporary);
        file.write(&temporary, path)?;
        fs::rename(&temporary, path).map_err(|e| file_error(path, &e.to_string()))?;
        Ok(file)
    }

    /// Writes to `to`; errors name `path`.
    fn write(&self, to: &Path, path: &Path) -> Result<(), Error> {
        let text = |key: &[u8; KEY_LEN]| STANDARD.encode(key);
        let mut lines = vec![text(&self.current)];
        lines.extend(self.next.as_ref().map(|k| format!("next {}", text(k))));
        lines.extend(self.previous.as_ref().map(|k| format!("previous {}", text(k))));
        let written = (|| {
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(to)?;
            writeln!(file, "{}", lines.join("\n"))?;
            file.sync_all()
        })();
        written.map_err(|e| file_error(path, &e.to_string()))
    }
}

fn file_error(path: &Path, problem: &str) -> Error {
    Error::Internal(format!("secret key file {}: {problem}", path.display()))
}

fn random_key(rng: &dyn Rng) -> [u8; KEY_LEN] {
    let mut key = [0; KEY_LEN];
    rng.fill(&mut key);
    key
}

/// Parses a key. Keys that look typed by hand are rejected: anyone who guesses the key can sign in as any user.
fn parse_key(path: &Path, text: &str) -> Result<[u8; KEY_LEN], Error> {
    let bytes = STANDARD
        .decode(text)
        .map_err(|_| file_error(path, "is not base64; restore it from a backup"))?;
    let key: [u8; KEY_LEN] = bytes
        .try_into()
        .map_err(|_| file_error(path, "does not contain 32 bytes; restore it from a backup"))?;
    let distinct = key.iter().collect::<HashSet<_>>().len();
    let is_text = key.iter().all(|b| b.is_ascii_graphic() || *b == b' ');
    if distinct < MIN_DISTINCT_BYTES || is_text {
        let problem =
            "contains an example, not a secret; remove it and the server creates a new one at startup";
        return Err(file_error(path, problem));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{crypto::keys::Keys, rng::SeededRng};
    use std::path::PathBuf;

    struct TempDir(PathBuf);

    impl Drop for TempDir {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn temp_key_path(name: &str) -> (TempDir, PathBuf) {
        let dir = std::env::temp_dir().join(format!("jobhax-keys-{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("directory");
        let path = dir.join("secret.key");
        (TempDir(dir), path)
    }

    fn write_private(path: &Path, text: &str) {
        fs::write(path, text).expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("mode");
    }

    /// A fingerprint of each key in the file.
    fn fingerprints(path: &Path) -> Vec<[u8; KEY_LEN]> {
        let keys = Keys::load(path, &SeededRng::new(9)).expect("loaded");
        keys.all().map(|k| k.derive("test")).collect()
    }

    #[test]
    fn rotation_stages_promotes_and_retires_keys() {
        let (_dir, path) = temp_key_path("rotate");
        let rng = SeededRng::new(1);
        assert!(
            KeyFile::rotate(&path, RotationStep::Promote, &rng).is_err(),
            "no file to rotate"
        );
        let first = fingerprints(&path);
        KeyFile::rotate(&path, RotationStep::Stage, &rng).expect("staged");
        let staged = fingerprints(&path);
        assert_eq!((staged.len(), staged[0]), (2, first[0]));
        KeyFile::rotate(&path, RotationStep::Stage, &rng).expect("again");
        assert_eq!(fingerprints(&path), staged, "staging is idempotent");
        KeyFile::rotate(&path, RotationStep::Promote, &rng).expect("promoted");
        assert_eq!(fingerprints(&path), [staged[1], first[0]]);
        KeyFile::rotate(&path, RotationStep::Retire, &rng).expect("retired");
        assert_eq!(fingerprints(&path), [staged[1]]);
        KeyFile::rotate(&path, RotationStep::Promote, &rng).expect("promoted without staging");
        let last = fingerprints(&path);
        assert_eq!((last.len(), last[1]), (2, staged[1]));
        let mode = fs::metadata(&path).expect("file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(
            fs::read_dir(path.parent().expect("directory"))
                .expect("directory")
                .count(),
            1
        );
    }

    #[test]
    fn file_that_others_can_read_is_rejected() {
        let (_dir, path) = temp_key_path("mode");
        let key = fingerprints(&path);
        for mode in [0o644, 0o640, 0o604, 0o620, 0o610, 0o602] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("mode");
            let error = Keys::load(&path, &SeededRng::new(1)).err();
            let error = error.unwrap_or_else(|| panic!("accepted: {mode:o}")).to_string();
            assert!(
                error.contains("secret.key")
                    && error.contains("chmod 600")
                    && error.contains(&format!("{mode:04o}")),
                "{error}"
            );
            assert!(
                KeyFile::rotate(&path, RotationStep::Stage, &SeededRng::new(1)).is_err(),
                "{mode:o}"
            );
        }
        for mode in [0o600, 0o400] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("mode");
            assert_eq!(fingerprints(&path), key, "{mode:o}");
        }
    }

    #[test]
    fn invalid_file_is_rejected_and_left_unchanged() {
        let (_dir, path) = temp_key_path("bad");
        let good = STANDARD.encode(random_key(&SeededRng::new(1)));
        for text in [
            String::new(),
            "\n".into(),
            "changeme".into(),
            STANDARD.encode([0; 32]),
            STANDARD.encode(b"0123456789abcdef0123456789abcdef"),
            STANDARD.encode("this is an example, do not use it"),
            STANDARD.encode([1, 2, 3, 4, 5, 6, 7, 8]),
            STANDARD.encode([7; 33]),
            format!("next {good}"),
            format!("{good}\n{good}"),
            format!("{good}\nolder {good}"),
            format!("{good}\nprevious {good}\nprevious {good}"),
            format!("{good}\nprevious {}", STANDARD.encode([0; 32])),
        ] {
            write_private(&path, &text);
            let error = Keys::load(&path, &SeededRng::new(1)).err();
            let error = error.unwrap_or_else(|| panic!("accepted: {text}")).to_string();
            assert!(error.contains("secret.key") && !error.contains(&good), "{error}");
            assert_eq!(fs::read_to_string(&path).expect("read"), text);
        }
        write_private(&path, &format!("{good}\n\n  previous   {good}\n"));
        assert_eq!(fingerprints(&path).len(), 2);
    }
}
