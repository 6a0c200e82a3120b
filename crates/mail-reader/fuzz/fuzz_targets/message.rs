//! Reads arbitrary bytes as an mbox file and as a message, to find panics and unbounded running time.

#![no_main]

use chrono::DateTime;
use libfuzzer_sys::fuzz_target;
use mail_reader::{
    MailReader,
    parser::{FileType, Mbox, MessageParser},
};
use std::sync::LazyLock;

static READER: LazyLock<MailReader> = LazyLock::new(|| MailReader::new().expect("valid rulesets"));
static PARSER: LazyLock<MessageParser> = LazyLock::new(MessageParser::default);

fuzz_target!(|data: &[u8]| {
    let now = DateTime::from_timestamp(1_780_000_000, 0).expect("a time");
    let _ = FileType::detect(data);
    let mut mbox = Mbox::new(data);
    while let Ok(Some(message)) = mbox.next_message() {
        if let Ok(raw) = message.content {
            let _ = READER.read(&raw, &message.from_line, now);
        }
    }
    let _ = READER.read(data, b"", now);
    if let Ok(headers) = PARSER.parse_headers(data, b"", now) {
        let _ = PARSER.parse_body(headers, data);
    }
});
