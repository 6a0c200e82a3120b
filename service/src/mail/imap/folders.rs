//! Selects the folders of a mailbox that are read.

use super::client::{Folder, SpecialUse};

/// Names of archive folders on servers without the special-use extension.
const ARCHIVE_NAMES: [&str; 6] = ["archive", "archives", "archiv", "archivio", "archivo", "all mail"];
/// Words in the names of folders that users create for their applications.
const APPLICATION_WORDS: [&str; 14] = [
    "job",
    "application",
    "career",
    "recruit",
    "interview",
    "bewerbung",
    "stellen",
    "karriere",
    "candidat",
    "emploi",
    "sollicit",
    "vacature",
    "lavoro",
    "empleo",
];

/// The folders to read, the inbox first: the requested ones, or else those likely to contain email about applications.
pub fn choose_folders(folders: Vec<Folder>, requested: Option<&[String]>) -> Vec<Folder> {
    let is_chosen = |folder: &Folder| {
        folder.is_selectable
            && match requested {
                Some(names) => names.iter().any(|name| is_named(folder, name)),
                None => is_likely(folder),
            }
    };
    let mut chosen: Vec<Folder> = folders.into_iter().filter(is_chosen).collect();
    chosen.sort_by_key(|folder| !is_inbox(folder));
    chosen
}

/// Whether the folder has this name. Only INBOX is case-insensitive (RFC 3501, 5.1).
pub fn is_named(folder: &Folder, name: &str) -> bool {
    folder.decoded_name == name
        || folder.name == name
        || (is_inbox(folder) && name.eq_ignore_ascii_case("inbox"))
}

fn is_inbox(folder: &Folder) -> bool {
    folder.name.eq_ignore_ascii_case("inbox")
}

fn is_likely(folder: &Folder) -> bool {
    match folder.special_use {
        Some(SpecialUse::All | SpecialUse::Archive) => return true,
        Some(SpecialUse::Excluded) => return false,
        None => {}
    }
    let name = folder.decoded_name.to_lowercase();
    let last_part = name.rsplit(['/', '.']).next().unwrap_or_default();
    is_inbox(folder)
        || ARCHIVE_NAMES.contains(&last_part)
        || APPLICATION_WORDS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, special_use: Option<SpecialUse>) -> Folder {
        Folder {
            name: name.into(),
            decoded_name: super::super::utf7::decode(name),
            special_use,
            is_selectable: true,
        }
    }

    fn chosen(folders: Vec<Folder>, requested: Option<&[&str]>) -> Vec<String> {
        let requested: Option<Vec<String>> =
            requested.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        choose_folders(folders, requested.as_deref())
            .into_iter()
            .map(|folder| folder.decoded_name)
            .collect()
    }

    #[test]
    fn likely_folders_are_read_inbox_first() {
        let folders = vec![
            folder("Sent", Some(SpecialUse::Excluded)),
            folder("Jobs (spam)", Some(SpecialUse::Excluded)),
            folder("Everything", Some(SpecialUse::All)),
            folder("Old", Some(SpecialUse::Archive)),
            folder("INBOX", None),
            folder("INBOX.Archive", None),
            folder("Family", None),
            folder("Bewerbungen 2026", None),
            Folder {
                is_selectable: false,
                ..folder("Jobs", None)
            },
        ];
        assert_eq!(
            chosen(folders, None),
            ["INBOX", "Everything", "Old", "INBOX.Archive", "Bewerbungen 2026"]
        );
    }

    #[test]
    fn requested_folders_are_found_by_the_name_that_users_read() {
        let folders = vec![
            folder("Inbox", None),
            folder("Entw&APw-rfe", Some(SpecialUse::Excluded)),
            folder("Family", None),
        ];
        assert_eq!(
            chosen(folders, Some(&["INBOX", "Entwürfe", "family"])),
            ["Inbox", "Entwürfe"]
        );
    }
}
