use super::*;
use crate::mail::mail_reader;
use std::{fs, io::Write as _};
use tokio::sync::mpsc;
use zip::{ZipWriter, write::SimpleFileOptions};

/// A directory that is deleted on drop.
struct TestDir(PathBuf);

impl TestDir {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("jobhax-file-reader-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a directory");
        Self(path)
    }
}

impl Drop for TestDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn mbox(label: &str, count: usize) -> String {
    let messages = (0..count).map(|n| {
        format!(
            "From - Mon Jan  5 10:00:00 2026\nMessage-ID: <{label}-{n}@x>\nFrom: a@b.example\nSubject: {n}\nDate: Mon, 5 Jan 2026 10:00:00 +0000\n\nx\n\n"
        )
    });
    messages.collect()
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, content) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("a file");
        writer.write_all(content.as_bytes()).expect("a buffer");
    }
    writer.finish().expect("a buffer").into_inner()
}

/// The ids and errors from a checkpoint on, and each checkpoint with the number of ids and errors before it.
fn read(dir: &TestDir, files: &[&str], start: Checkpoint) -> (Vec<String>, Vec<(usize, Checkpoint)>) {
    let (sender, mut batches) = mpsc::channel(10_000);
    let reader = FileReader {
        reader: mail_reader().expect("rulesets"),
        dir: dir.0.clone(),
        files: files
            .iter()
            .map(|name| StoredFile {
                name: (*name).to_owned(),
                path: (*name).to_owned(),
                bytes: 1,
            })
            .collect(),
        start,
        now: "2026-02-01T00:00:00Z".parse().expect("a time"),
        sender,
    };
    reader.run();
    let (mut items, mut checkpoints) = (Vec::new(), Vec::new());
    while let Ok(batch) = batches.try_recv() {
        items.extend(batch.messages.into_iter().map(|m| m.headers.message_id));
        items.extend(
            batch
                .errors
                .into_iter()
                .map(|e| format!("{} {} {}", e.file, e.position, e.detail)),
        );
        checkpoints.push((items.len(), batch.next));
    }
    (items, checkpoints)
}

/// Splits the items into ids and errors.
fn partition(items: &[String]) -> (Vec<&String>, Vec<&String>) {
    items.iter().partition(|item| item.ends_with("@x"))
}

#[test]
fn archive_is_read_once_from_any_checkpoint() {
    let dir = TestDir::new("resume");
    let archive = zip(&[
        ("Takeout/Mail/a.mbox", &mbox("a", 450)),
        ("broken.eml", "not email"),
        ("Takeout/Mail/b.mbox", &mbox("b", 450)),
    ]);
    fs::write(dir.0.join("Takeout.zip"), archive).expect("a file");
    fs::write(dir.0.join("Inbox"), mbox("c", 250)).expect("a file");
    let files = ["Takeout.zip", "Inbox"];
    let (all, checkpoints) = read(&dir, &files, Checkpoint::default());
    assert_eq!(all.len(), 450 + 1 + 450 + 250);
    assert!(
        all.iter()
            .any(|item| item.starts_with("Takeout.zip: broken.eml 0 ")),
        "{all:?}"
    );
    assert!(checkpoints.len() > 4, "{checkpoints:?}");
    for (count, checkpoint) in checkpoints {
        let (rest, _) = read(&dir, &files, checkpoint);
        // Batches also end after some time, and the errors of a batch come after its messages.
        let (ids, errors) = partition(&rest);
        let (all_ids, all_errors) = partition(&all[count..]);
        assert!(
            ids == all_ids && errors == all_errors,
            "{checkpoint:?}: {} ids, {errors:?}",
            ids.len()
        );
    }
}

#[test]
fn files_beside_a_mailbox_are_not_reported_and_spam_is_skipped() {
    let dir = TestDir::new("folder");
    let spam = "From \nX-Gmail-Labels: Spam\nFrom: a@b.example\nSubject: s\nDate: Mon, 5 Jan 2026 10:00:00 +0000\n\nx\n";
    fs::write(dir.0.join("mbox"), format!("{}{spam}", mbox("a", 1))).expect("a file");
    fs::write(dir.0.join("table_of_contents"), [0_u8, 1, 2]).expect("a file");
    let (items, _) = read(&dir, &["mbox", "table_of_contents"], Checkpoint::default());
    assert_eq!(items, ["a-0@x"]);
}
