//! The program `jobhax`.

use server::{cli, config::Cli};
use std::{process::ExitCode, time::Duration};

/// Gives memory back when it is free: hashing a password takes 19 MiB for a moment, which glibc's allocator keeps.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Threads that still compute when everything else has ended are not waited for longer than this.
const LAST_WORK: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let command = Cli::read();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let result = runtime.block_on(cli::run(command));
    runtime.shutdown_timeout(LAST_WORK);
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// One line that says what to do.
fn fail(error: &dyn std::error::Error) -> ExitCode {
    let text = error.to_string();
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = std::io::stderr().lock();
    let _ = std::io::Write::write_all(&mut out, format!("jobhax: {line}\n").as_bytes());
    ExitCode::FAILURE
}
