//! The file of the keys. Its first line is the current key; a line `next …` is one that will be, a line `previous …` one
//! that was. Both are base64 of 32 bytes.

use super::LENGTH;
use crate::{Error, rng::Rng};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{collections::HashSet, fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, path::Path};

/// So many different bytes are in 32 random ones, but for one file in more than there will ever be.
const DIFFERENT: usize = 16;

/// What the file holds.
pub struct KeyFile {
    pub(super) current: [u8; LENGTH],
    pub(super) next: Option<[u8; LENGTH]>,
    pub(super) previous: Option<[u8; LENGTH]>,
}

/// A step of changing the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Makes the next key, so that all servers know it before the first one uses it.
    Announce,
    /// The next key, or a new one, becomes the current; the current becomes the previous.
    Change,
    /// Ends what the previous key still holds up.
    Forget,
}

fn problem(path: &Path, what: &str) -> Error {
    Error::Internal(format!("secret key file {}: {what}", path.display()))
}

impl KeyFile {
    /// Reads the file, if there is one.
    ///
    /// # Errors
    /// [`Error::Internal`] with a sentence for the operator.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(problem(path, &e.to_string())),
        };
        let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
        let first = lines
            .next()
            .ok_or_else(|| problem(path, "is empty; restore it from a backup"))?;
        let mut file = Self {
            current: key(path, first)?,
            next: None,
            previous: None,
        };
        for line in lines {
            let place = match line.split_once(' ') {
                Some(("next", text)) => (&mut file.next, text),
                Some(("previous", text)) => (&mut file.previous, text),
                _ => {
                    return Err(problem(
                        path,
                        "has a line that is neither next nor previous and a key",
                    ));
                }
            };
            if place.0.replace(key(path, place.1.trim())?).is_some() {
                return Err(problem(path, "names a next or previous key twice"));
            }
        }
        Ok(Some(file))
    }

    /// Makes the file with a new key. Nobody but its owner can read it.
    pub(super) fn make(path: &Path, rng: &dyn Rng) -> Result<Self, Error> {
        let file = Self {
            current: random(rng),
            next: None,
            previous: None,
        };
        file.write(path, path)?;
        Ok(file)
    }

    /// Takes a step and writes the file, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Internal`] with a sentence for the operator when there is no good file, or it cannot be written.
    pub fn rotate(path: &Path, rotation: Rotation, rng: &dyn Rng) -> Result<Self, Error> {
        let file = Self::read(path)?
            .ok_or_else(|| problem(path, "is not there; it is made when the server first starts"))?;
        let file = match rotation {
            Rotation::Announce => Self {
                next: Some(file.next.unwrap_or_else(|| random(rng))),
                ..file
            },
            Rotation::Change => Self {
                current: file.next.unwrap_or_else(|| random(rng)),
                next: None,
                previous: Some(file.current),
            },
            Rotation::Forget => Self {
                previous: None,
                ..file
            },
        };
        let beside = path.with_extension("new");
        let _ = fs::remove_file(&beside);
        file.write(&beside, path)?;
        fs::rename(&beside, path).map_err(|e| problem(path, &e.to_string()))?;
        Ok(file)
    }

    fn write(&self, to: &Path, called: &Path) -> Result<(), Error> {
        let text = |key: &[u8; LENGTH]| STANDARD.encode(key);
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
        written.map_err(|e| problem(called, &e.to_string()))
    }
}

fn random(rng: &dyn Rng) -> [u8; LENGTH] {
    let mut key = [0; LENGTH];
    rng.fill(&mut key);
    key
}

/// Reads a key. What a person could have typed is refused: whoever guesses it signs in as everybody.
fn key(path: &Path, text: &str) -> Result<[u8; LENGTH], Error> {
    let bytes = STANDARD
        .decode(text)
        .map_err(|_| problem(path, "is not base64; restore it from a backup"))?;
    let key: [u8; LENGTH] = bytes
        .try_into()
        .map_err(|_| problem(path, "does not hold 32 bytes; restore it from a backup"))?;
    let different = key.iter().collect::<HashSet<_>>().len();
    let typed = key.iter().all(|b| b.is_ascii_graphic() || *b == b' ');
    if different < DIFFERENT || typed {
        let detail = "holds an example, not a secret; remove it, and the server makes one at its start";
        return Err(problem(path, detail));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys::Keys, rng::SeededRng};
    use std::{os::unix::fs::PermissionsExt as _, path::PathBuf};

    struct Scratch(PathBuf);

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn scratch(name: &str) -> (Scratch, PathBuf) {
        let folder = std::env::temp_dir().join(format!("jobhax-keys-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("folder");
        let path = folder.join("secret.key");
        (Scratch(folder), path)
    }

    fn ids(path: &Path) -> Vec<[u8; LENGTH]> {
        let keys = Keys::load(path, &SeededRng::new(9)).expect("loaded");
        keys.all().map(|k| k.derive("test")).collect()
    }

    /// TK-6: first known, then used, then forgotten; nobody else can read any of it.
    #[test]
    fn a_key_is_announced_used_and_forgotten() {
        let (_scratch, path) = scratch("rotate");
        let rng = SeededRng::new(1);
        assert!(
            KeyFile::rotate(&path, Rotation::Change, &rng).is_err(),
            "nothing to change"
        );
        let first = ids(&path);
        KeyFile::rotate(&path, Rotation::Announce, &rng).expect("announced");
        let announced = ids(&path);
        assert_eq!((announced.len(), announced[0]), (2, first[0]));
        KeyFile::rotate(&path, Rotation::Announce, &rng).expect("again");
        assert_eq!(ids(&path), announced, "announcing twice is announcing once");
        KeyFile::rotate(&path, Rotation::Change, &rng).expect("changed");
        assert_eq!(ids(&path), [announced[1], first[0]]);
        KeyFile::rotate(&path, Rotation::Forget, &rng).expect("forgotten");
        assert_eq!(ids(&path), [announced[1]]);
        KeyFile::rotate(&path, Rotation::Change, &rng).expect("changed at once");
        let last = ids(&path);
        assert_eq!((last.len(), last[1]), (2, announced[1]));
        let mode = fs::metadata(&path).expect("file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(
            fs::read_dir(path.parent().expect("folder"))
                .expect("folder")
                .count(),
            1
        );
    }

    /// AT-45, CF-2: short, typed, example and garbled keys.
    #[test]
    fn a_bad_file_is_refused_and_stays_as_it_is() {
        let (_scratch, path) = scratch("bad");
        let good = STANDARD.encode(random(&SeededRng::new(1)));
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
            fs::write(&path, &text).expect("written");
            let error = Keys::load(&path, &SeededRng::new(1)).err();
            let error = error.unwrap_or_else(|| panic!("taken: {text}")).to_string();
            assert!(error.contains("secret.key") && !error.contains(&good), "{error}");
            assert_eq!(fs::read_to_string(&path).expect("there"), text);
        }
        fs::write(&path, format!("{good}\n\n  previous   {good}\n")).expect("written");
        assert_eq!(ids(&path).len(), 2);
    }
}
