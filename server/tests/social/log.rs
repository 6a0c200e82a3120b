//! The security events of a test, from its log.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

/// What this thread logs, as lines of JSON, as long as it is there.
pub struct Log {
    lines: Lines,
    _until: DefaultGuard,
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub fn begin() -> Self {
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_writer(lines.clone())
            .finish();
        Self {
            lines,
            _until: tracing::subscriber::set_default(subscriber),
        }
    }

    /// The events since the last look, in order, with a blank in between.
    pub fn events(&self) -> String {
        let mut lines = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8(std::mem::take(&mut *lines)).expect("text");
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        let events: Vec<String> = lines
            .filter_map(|line| line["fields"]["security"].as_str().map(str::to_owned))
            .collect();
        events.join(" ")
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
