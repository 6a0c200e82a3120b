//! Checks the size of the central directory of a ZIP file before it is parsed, because the parser holds all of it in memory.

use std::io::{self, Read, Seek, SeekFrom};

/// Maximum number of files; archives with more are rejected.
pub const MAX_ENTRIES: usize = 50_000;
/// Maximum size of the directory.
const MAX_DIRECTORY_BYTES: u64 = 16 * 1024 * 1024;
/// Number of bytes at the end of an archive that contain its end records, even with a comment of maximum length.
const TAIL_BYTES: u64 = 68 * 1024;

const END_RECORD: &[u8] = b"PK\x05\x06";
const ZIP64_RECORD: &[u8] = b"PK\x06\x06";
const ZIP64_LOCATOR: &[u8] = b"PK\x06\x07";

/// Whether every directory that a parser may find is within the limits. True for a file without a directory.
pub fn is_bounded<R: Read + Seek>(reader: &mut R) -> io::Result<bool> {
    let len = reader.seek(SeekFrom::End(0))?;
    let start = len.saturating_sub(TAIL_BYTES);
    reader.seek(SeekFrom::Start(start))?;
    let mut tail = Vec::new();
    reader.take(TAIL_BYTES).read_to_end(&mut tail)?;
    reader.rewind()?;
    let number = |at: usize, len: usize| {
        let bytes = tail.get(at..at + len)?;
        Some(bytes.iter().rev().fold(0_u64, |all, b| all << 8 | u64::from(*b)))
    };
    // The directory extends from its offset to the record, whatever size the record declares.
    let is_small = |count: u64, size: u64, offset: u64, record: usize| {
        count <= MAX_ENTRIES as u64
            && size <= MAX_DIRECTORY_BYTES
            && (start + record as u64).saturating_sub(offset) <= MAX_DIRECTORY_BYTES
    };
    for at in memchr::memmem::find_iter(&tail, ZIP64_RECORD) {
        if let (Some(count), Some(size), Some(offset)) =
            (number(at + 32, 8), number(at + 40, 8), number(at + 48, 8))
            && !is_small(count, size, offset, at)
        {
            return Ok(false);
        }
    }
    let has_zip64 = memchr::memmem::find(&tail, ZIP64_RECORD).is_some();
    // The locator points to a record outside of the tail, so its directory cannot be checked.
    if !has_zip64 && memchr::memmem::find(&tail, ZIP64_LOCATOR).is_some() {
        return Ok(false);
    }
    for at in memchr::memmem::find_iter(&tail, END_RECORD) {
        let (Some(count), Some(size), Some(offset)) =
            (number(at + 10, 2), number(at + 12, 4), number(at + 16, 4))
        else {
            continue;
        };
        let is_in_zip64 = has_zip64 && (count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff);
        if !is_in_zip64 && !is_small(count, size, offset, at) {
            return Ok(false);
        }
    }
    Ok(true)
}
